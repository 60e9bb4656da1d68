/**
 * Tables of a relay's database, as steps from each version to the next. A step that was released never changes, and nodes
 * of the version before go on working while it is taken.
 *
 * What is stored is sealed, so compressing it would be in vain: EXTERNAL.
 *
 * `put_blobs` places blobs and tells the nodes, as one statement and so as one transaction, which flushes whatever the
 * database's own settings say. Rooms are locked first, in the order of their names; every statement after that sees what
 * those did who had the locks before. The one without times is what nodes of an older version call; what they store has the
 * database's time, by the hour. Which key brought a blob stands nowhere, only what each key has used.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE rooms (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name bytea NOT NULL UNIQUE,
    root_key bytea NOT NULL,
    random bytea NOT NULL,
    touched_at bigint NOT NULL,
    last_cursor bigint NOT NULL DEFAULT 0,
    door_version bigint NOT NULL DEFAULT 0
  );
  CREATE TABLE blobs (
    room bigint NOT NULL REFERENCES rooms (number),
    cursor bigint NOT NULL,
    hash bytea NOT NULL,
    lane smallint NOT NULL,
    channel bytea NOT NULL,
    size integer NOT NULL,
    bytes bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (room, cursor)
  );
  CREATE UNIQUE INDEX blobs_by_hash ON blobs (room, hash);
  CREATE INDEX blobs_by_channel ON blobs (room, channel, cursor);
  CREATE INDEX blobs_of_log ON blobs (room, cursor) WHERE lane = 0;
  CREATE TABLE usage (
    room bigint NOT NULL REFERENCES rooms (number),
    uploader bytea NOT NULL,
    lane smallint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (room, uploader, lane)
  );
  CREATE TABLE doors (
    room bigint NOT NULL REFERENCES rooms (number) ON DELETE CASCADE,
    subject bytea NOT NULL,
    level text NOT NULL,
    n bigint NOT NULL,
    signer bytea NOT NULL,
    signer_level text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (room, subject)
  );
  CREATE TABLE receipts (
    room bigint NOT NULL REFERENCES rooms (number) ON DELETE CASCADE,
    key bytea NOT NULL,
    bytes bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (room, key)
  );
  CREATE TABLE mailboxes (
    name bytea PRIMARY KEY,
    room bigint NOT NULL REFERENCES rooms (number),
    public_key bytea NOT NULL,
    expires_at bigint NOT NULL,
    card bytea NOT NULL,
    last_number bigint NOT NULL DEFAULT 0
  );
  CREATE INDEX mailboxes_by_room ON mailboxes (room);
  CREATE INDEX mailboxes_by_end ON mailboxes (expires_at);
  CREATE TABLE deposits (
    mailbox bytea NOT NULL REFERENCES mailboxes (name) ON DELETE CASCADE,
    number bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (mailbox, number)
  );
  CREATE TABLE answers (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mailbox bytea NOT NULL REFERENCES mailboxes (name) ON DELETE CASCADE,
    number bigint NOT NULL,
    bytes bytea NOT NULL
  );
  CREATE INDEX answers_by_mailbox ON answers (mailbox, place);
  CREATE SEQUENCE message_batches;
  CREATE UNLOGGED TABLE messages (
    batch bigint NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL,
    topic bytea NOT NULL,
    body bytea NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (batch, place)
  );
  `,
  `
  CREATE FUNCTION put_blobs(
    news_channel text, node text,
    names bytea[], hashes bytea[], lanes smallint[], tags bytea[], uploaders bytea[], contents bytea[]
  ) RETURNS TABLE (place bigint, is_new boolean) LANGUAGE plpgsql AS $$
  BEGIN
    SET LOCAL synchronous_commit = on;
    PERFORM FROM rooms WHERE name = ANY (names) ORDER BY name FOR UPDATE;
    RETURN QUERY
      WITH wanted AS (
        SELECT number, last_cursor, given.*,
          (SELECT cursor FROM blobs WHERE room = number AND blobs.hash = given.hash) AS known,
          row_number() OVER (PARTITION BY number, given.hash ORDER BY nth) = 1 AS is_first
        FROM unnest(names, hashes, lanes, tags, uploaders, contents) WITH ORDINALITY
          AS given (name, hash, lane, channel, uploader, bytes, nth)
        LEFT JOIN rooms USING (name)
      ), fresh AS (
        SELECT number, hash, lane, channel, uploader, bytes,
          last_cursor + row_number() OVER (PARTITION BY number ORDER BY nth) AS cursor
        FROM wanted WHERE known IS NULL AND is_first
      ), put AS (
        INSERT INTO blobs (room, cursor, hash, lane, channel, size, bytes)
        SELECT number, cursor, hash, lane, channel, length(bytes), bytes FROM fresh
      ), moved AS (
        UPDATE rooms SET last_cursor = ends.cursor
        FROM (SELECT number, max(cursor) AS cursor FROM fresh GROUP BY number) AS ends
        WHERE rooms.number = ends.number
      ), counted AS (
        INSERT INTO usage AS spent (room, uploader, lane, bytes)
        SELECT number, uploader, lane, sum(length(bytes)) FROM fresh GROUP BY number, uploader, lane
        ON CONFLICT (room, uploader, lane) DO UPDATE SET bytes = spent.bytes + excluded.bytes
      )
      SELECT coalesce(known, fresh.cursor), known IS NULL AND is_first
      FROM wanted LEFT JOIN fresh USING (number, hash) ORDER BY nth;
    PERFORM pg_notify(news_channel, concat_ws(' ', node, 'blobs', encode(name, 'hex'), last_cursor))
    FROM rooms WHERE name = ANY (names);
  END
  $$;
  `,
  `
  CREATE TABLE pieces (
    room bigint NOT NULL REFERENCES rooms (number),
    name bytea NOT NULL,
    bytes bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (room, name)
  );
  `,
  `
  ALTER TABLE rooms ADD COLUMN dropped bigint NOT NULL DEFAULT 0;
  ALTER TABLE blobs ADD COLUMN stored_at bigint NOT NULL DEFAULT ceil(extract(epoch FROM now()) / 3600) * 3600;
  CREATE FUNCTION put_blobs(
    news_channel text, node text,
    names bytea[], hashes bytea[], lanes smallint[], tags bytea[], uploaders bytea[], times bigint[], contents bytea[]
  ) RETURNS TABLE (place bigint, is_new boolean) LANGUAGE plpgsql AS $$
  BEGIN
    SET LOCAL synchronous_commit = on;
    PERFORM FROM rooms WHERE name = ANY (names) ORDER BY name FOR UPDATE;
    RETURN QUERY
      WITH wanted AS (
        SELECT number, last_cursor, given.*,
          (SELECT cursor FROM blobs WHERE room = number AND blobs.hash = given.hash) AS known,
          row_number() OVER (PARTITION BY number, given.hash ORDER BY nth) = 1 AS is_first
        FROM unnest(names, hashes, lanes, tags, uploaders, times, contents) WITH ORDINALITY
          AS given (name, hash, lane, channel, uploader, stored_at, bytes, nth)
        LEFT JOIN rooms USING (name)
      ), fresh AS (
        SELECT number, hash, lane, channel, uploader, stored_at, bytes,
          last_cursor + row_number() OVER (PARTITION BY number ORDER BY nth) AS cursor
        FROM wanted WHERE known IS NULL AND is_first
      ), put AS (
        INSERT INTO blobs (room, cursor, hash, lane, channel, size, bytes, stored_at)
        SELECT number, cursor, hash, lane, channel, length(bytes), bytes, stored_at FROM fresh
      ), moved AS (
        UPDATE rooms SET last_cursor = ends.cursor
        FROM (SELECT number, max(cursor) AS cursor FROM fresh GROUP BY number) AS ends
        WHERE rooms.number = ends.number
      ), counted AS (
        INSERT INTO usage AS spent (room, uploader, lane, bytes)
        SELECT number, uploader, lane, sum(length(bytes)) FROM fresh GROUP BY number, uploader, lane
        ON CONFLICT (room, uploader, lane) DO UPDATE SET bytes = spent.bytes + excluded.bytes
      )
      SELECT coalesce(known, fresh.cursor), known IS NULL AND is_first
      FROM wanted LEFT JOIN fresh USING (number, hash) ORDER BY nth;
    PERFORM pg_notify(news_channel, concat_ws(' ', node, 'blobs', encode(name, 'hex'), last_cursor))
    FROM rooms WHERE name = ANY (names);
  END
  $$;
  `,
]
