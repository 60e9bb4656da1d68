/**
 * Tables of a relay's file, as steps from each version to the next. A step that was released never changes.
 *
 * Blobs of before the column `stored_at` have no time; `older_stored_at` is when it came, so that no row had to be written anew. Which
 * key brought a blob stands nowhere, only what each key has used.
 *
 * Blobs are found by room and cursor, by hash, by channel, and the few of the log lane by themselves. Why `postgres-schema.ts` does
 * not share this text: docs/adr/0025.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE store (id BLOB NOT NULL);
  CREATE TABLE rooms (
    number INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    root_key BLOB NOT NULL,
    random BLOB NOT NULL,
    last_cursor INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE blobs (
    room INTEGER NOT NULL REFERENCES rooms (number),
    cursor INTEGER NOT NULL,
    hash BLOB NOT NULL,
    lane INTEGER NOT NULL,
    channel BLOB NOT NULL,
    size INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX blobs_by_cursor ON blobs (room, cursor);
  CREATE UNIQUE INDEX blobs_by_hash ON blobs (room, hash);
  CREATE INDEX blobs_by_channel ON blobs (room, channel, cursor);
  CREATE INDEX blobs_of_log ON blobs (room, cursor) WHERE lane = 0;
  CREATE TABLE usage (
    room INTEGER NOT NULL REFERENCES rooms (number),
    uploader BLOB NOT NULL,
    lane INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (room, uploader, lane)
  ) WITHOUT ROWID;
  CREATE TABLE doors (
    room INTEGER NOT NULL REFERENCES rooms (number),
    subject BLOB NOT NULL,
    level TEXT NOT NULL,
    n INTEGER NOT NULL,
    signer BLOB NOT NULL,
    signer_level TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (room, subject)
  ) WITHOUT ROWID;
  CREATE TABLE receipts (
    room INTEGER NOT NULL REFERENCES rooms (number),
    key BLOB NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (room, key)
  );
  CREATE TABLE mailboxes (
    name BLOB PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (number),
    public_key BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    card BLOB NOT NULL,
    last_number INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX mailboxes_by_room ON mailboxes (room);
  CREATE INDEX mailboxes_by_end ON mailboxes (expires_at);
  CREATE TABLE deposits (
    mailbox BLOB NOT NULL REFERENCES mailboxes (name),
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (mailbox, number)
  );
  CREATE TABLE answers (
    mailbox BLOB NOT NULL REFERENCES mailboxes (name),
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE INDEX answers_by_mailbox ON answers (mailbox);
  `,
  `
  ALTER TABLE rooms ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
  UPDATE rooms SET touched_at = CAST(strftime('%s', 'now') AS INTEGER);
  `,
  `
  ALTER TABLE rooms ADD COLUMN door_version INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE pieces (
    room INTEGER NOT NULL REFERENCES rooms (number),
    name BLOB NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX pieces_by_name ON pieces (room, name);
  `,
  `
  ALTER TABLE blobs ADD COLUMN stored_at INTEGER;
  ALTER TABLE rooms ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE store ADD COLUMN older_stored_at INTEGER NOT NULL DEFAULT 0;
  UPDATE store SET older_stored_at = CAST(strftime('%s', 'now') AS INTEGER);
  `,
]
