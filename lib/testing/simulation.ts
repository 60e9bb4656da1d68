/**
 * Some minutes in the life of a team, made up from a seed and lived through in virtual time: people type, go offline,
 * lose power and come back, over bad roads and a carrier that cheats. After every step the oracle looks at what must be
 * true always; at the end everybody must have come to the same state.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'
import { listPages, setTitle } from '#lib/document/workspace-index'
import { bodyChannelName, indexChannelName } from '#lib/protocol/channel-name'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import { changeAtRandom } from '#lib/testing/change-at-random'
import { createSimulatedWorld } from '#lib/testing/simulated-world'
import type { Cast, CastDevice } from '#lib/testing/simulation-cast'
import { createSimulatedDevice, type SimulatedDevice } from '#lib/testing/simulation-device'
import { checkEnd, hasConverged } from '#lib/testing/simulation-end'
import { createMallory } from '#lib/testing/simulation-mallory'
import type { WrittenEntry } from '#lib/testing/simulation-oracle'
import { createSimulatedPeople } from '#lib/testing/simulation-people'
import { createSimulatedPower } from '#lib/testing/simulation-power'
import { RELAY_MOODS } from '#lib/testing/simulation-relay'
import { deleteWord, type SimulatedTab, typeWord, wordsOn } from '#lib/testing/simulation-tab'

/** How much happens in one history, and in one of a team whose members come and go, which is dearer. */
const STEPS = { settled: 45, unsettled: 36 }
/** Devices that a team may come to have, with newcomers and copies. */
const MOST_DEVICES = 6
/** Of so many histories one is of a team whose members come and go; in the others only roles change. */
const UNSETTLED_EVERY = 4
/** How long everybody may take to come to the same state once the roads are good. */
const PATIENCE_MS = 300_000

/** Throws where something was not as it must be; returns which behaviours occurred. */
export async function liveThrough(cast: Cast, seed: number): Promise<Set<string>> {
  const isUnsettled = seed % UNSETTLED_EVERY === 0
  const simulated = createSimulatedWorld(cast, seed, isUnsettled)
  const { founder, random, clock, saw, onSaw, oracle, relay, network, world } = simulated
  const { tagKey } = founder.keys
  const shuffled = random.shuffle(cast.devices)
  const everybody = isUnsettled ? [founder, ...shuffled.filter((one) => one !== founder)] : shuffled
  const size = 3 + random.below(3)
  const devices = everybody
    .slice(0, size)
    .map((one) => createSimulatedDevice(world, one, copyMemoryDisk(one.disk), { isLossy: random.chance(0.15) }))
  const liar = everybody[size]
  /** By the name of a copy of a profile: whose keys it writes with. */
  const deviceNames = new Map<string, string>()
  const deviceOf = ({ by }: WrittenEntry): string => deviceNames.get(by) ?? by
  for (const device of devices) await device.start()
  const channels: readonly ChannelName[] = [...cast.pages.map(bodyChannelName), indexChannelName]
  const [wordPage] = channels
  if (!liar) throw new Error('a cast without a liar')
  const mallory = createMallory({ random, oracle, onSaw }, liar, channels)
  const deleted = new Set<number>()
  let words = 0

  /** What the power interrupts never ends, so nothing is waited for longer than it can take. */
  async function begin(work: Promise<unknown>): Promise<void> {
    let fault: unknown
    work.catch((error) => {
      fault = error
    })
    await clock.settle()
    if (fault) throw fault
  }
  /** In some histories profiles are copied and set back all the time. */
  const isClumsy = random.chance(0.3)
  const backups = new Map<SimulatedDevice, MemoryDisk>()
  /** Somebody's profile is set back to what a backup holds, or lives on twice. */
  async function restore(device: SimulatedDevice): Promise<void> {
    const backup = backups.get(device)
    if (!backup) return void backups.set(device, copyMemoryDisk(device.disk))
    backups.delete(device)
    const isTwice = random.chance(0.5)
    onSaw(isTwice ? 'copied profile' : 'restored backup')
    const name = `${device.name} again`
    const restored = createSimulatedDevice(world, device.cast, copyMemoryDisk(backup), { name })
    if (!isTwice) {
      device.kill()
      devices.splice(devices.indexOf(device), 1)
    }
    devices.push(restored)
    deviceNames.set(name, deviceNames.get(device.name) ?? device.name)
    await restored.start()
  }

  const up = (): SimulatedDevice[] => devices.filter((device) => device.isUp())

  async function tabOf(device: SimulatedDevice, name: ChannelName): Promise<SimulatedTab> {
    const open = device.tabs.filter((tab) => sameBytes(tab.name, name))
    if (open.length > 0 && random.chance(0.95)) return random.pick(open)
    if (open.length >= 2) return random.pick(open)
    return device.openTab(name, open.length)
  }

  /** Somebody does something to a document. */
  async function write(device: SimulatedDevice): Promise<void> {
    const name = random.chance(0.6) ? wordPage : random.pick(channels)
    if (!name) return
    const tab = await tabOf(device, name)
    if (!tab.mayWrite()) return onSaw('a reader wants to write')
    if (name === wordPage) {
      const standing = wordsOn(tab.doc())
      if (standing.length > 4 && random.chance(0.15)) {
        const word = random.pick(standing)
        deleted.add(word)
        tab.edit((doc) => deleteWord(doc, word))
      } else {
        const word = ++words
        tab.edit((doc) => typeWord(doc, word, random), [word])
      }
    } else if (name === indexChannelName) {
      tab.edit((doc) => {
        const [page] = listPages(doc).pages
        if (page) setTitle(doc, page.id, random.pick(['Minutes', 'Notes', 'Plan', 'Plan B']))
      })
    } else tab.edit((doc) => changeAtRandom(doc, random))
    if (random.chance(0.85)) await begin(tab.flush())
  }

  const peopleWorld = {
    random,
    crypto: world.crypto,
    links: cast.links,
    nowSeconds: () => Math.floor(clock.now() / 1000),
    devices: () => devices,
    hasRoom: () => devices.length < MOST_DEVICES,
    onSaw,
    async onNewcomer(newcomer: CastDevice) {
      const device = createSimulatedDevice(world, newcomer, newcomer.disk)
      devices.push(device)
      await device.start()
    },
  }
  const people = createSimulatedPeople(peopleWorld)
  const power = createSimulatedPower(peopleWorld)

  /** Caches are written, and own entries folded as far as they were judged (S0). */
  async function spareTime(device: SimulatedDevice): Promise<void> {
    await begin(device.replica().tidy(random.pick(['busy', 'quiet', 'end'])))
    await fold(device)
  }
  async function fold(device: SimulatedDevice): Promise<void> {
    for (let i = 0; i < 4 && device.isUp(); i++) await begin(device.replica().fold())
  }

  async function step(): Promise<void> {
    const awake = up()
    const device = awake.length > 0 ? random.pick(awake) : undefined
    const dice = random.below(100)
    if (!device) return
    if (isUnsettled && random.chance(0.25)) return begin(power.act(device))
    if (isClumsy && devices.length < MOST_DEVICES && random.chance(0.15)) return restore(device)
    if (dice < 52) await write(device)
    else if (dice < 55) for (let i = 0; i < 6 && device.isUp(); i++) await write(device)
    else if (dice < 59) await begin(people.act(device))
    else if (dice < 60) await begin(mallory.write(device))
    else if (dice < 62) await begin(device.flush())
    else if (dice < 66) network.disturb()
    else if (dice < 68) network.part(devices)
    else if (dice < 71) {
      onSaw('killed')
      device.kill()
    } else if (dice < 74) device.cutPowerAt(random.chance(0.5) ? 'before-commit' : 'after-commit')
    else if (dice < 77) {
      onSaw('disk full')
      device.disk.full = true
    } else if (dice < 82) for (const one of devices) one.disk.full = false
    else if (dice < 86) relay.setMood(random.pick(RELAY_MOODS))
    else if (dice < 89) network.replay()
    else if (dice < 92) await spareTime(device)
    else if (dice < 95 && devices.length < MOST_DEVICES) await restore(device)
    else for (const one of devices) if (!one.isUp()) await restart(one)
  }

  async function restart(device: SimulatedDevice): Promise<void> {
    device.disk.full = false
    await device.start()
    onSaw('restart')
  }

  /** A copy of a channel must be exactly the entries that the device judged. */
  async function inspectCopy(device: SimulatedDevice, channel: ChannelName): Promise<void> {
    const opened = await device.replica().open(channel)
    if (!opened.ok) return oracle.complain(`${device.name}: cannot open a channel`)
    oracle.checkCopy(device.name, device.replica(), opened.value.channel, opened.value.state)
    opened.value.release()
  }

  /** What was looked at last. */
  const inspected = new Map<SimulatedDevice, string>()
  /** A segment stands for the entry (S0). */
  const isCovered = (device: SimulatedDevice, { header }: SealedEntry): boolean =>
    device
      .replica()
      .covered()
      .some(({ chain, from }) => sameBytes(chain, header.chain) && from <= header.seq)

  /** What must be true of this device now. */
  function inspect(device: SimulatedDevice): void {
    const { name, refusals, saved } = device
    const judgedHeads = device.replica().judgedHeads()
    const heads = device.replica().heads()
    const places = [...heads, ...judgedHeads].map(({ seq, id }) => `${seq} ${toHex(id.subarray(0, 4))}`)
    const state = `${places} ${saved.length} ${refusals.length}`
    if (inspected.get(device) === state) return
    inspected.set(device, state)
    const judgedTo = new Map(judgedHeads.map(({ chain, seq }) => [toHex(chain), seq]))
    if (heads.some(({ chain, seq }) => seq > (judgedTo.get(toHex(chain)) ?? seq))) onSaw('held')
    const judged = oracle.judged(device.replica())
    for (const { id } of judgedHeads) {
      const told = judged.get(toHex(id))?.entry
      if (told && !device.isOnDisk(told) && !isCovered(device, told))
        oracle.complain(`${name} tells of an entry that it does not hold`)
    }
    const isForked = refusals.some(({ type }) => type === 'held-back')
    const isLate = ({ header }: SealedEntry): boolean => device.replica().heldBackAfter(header.chain) !== undefined
    for (const { word, entry } of saved) {
      if (!device.isOnDisk(entry)) oracle.complain(`${name}: word ${word} was saved and is not on its disk`)
      if (!judged.has(toHex(entry.id)) && !isForked && !isLate(entry))
        oracle.complain(`${name}: word ${word} was saved and is gone`)
    }
    for (const { type, device: author, reason } of refusals) {
      if (type === 'void' && !sameBytes(author, mallory.cast.keys.device.publicKey))
        oracle.complain(`${name}: an honest entry of ${toHex(author).slice(0, 8)} is void: ${reason}`)
    }
  }

  /**
   * Who is in, as far as anybody knows: the rest get nothing but the log (R1). What let a newcomer in may have been lost
   * with a disk.
   */
  function members(): SimulatedDevice[] {
    const logs = up().map((by) => by.replica().membership)
    const longest = logs.reduce((best, log) => (log.size > best.size ? log : best))
    const isIn = ({ cast: { keys } }: SimulatedDevice): boolean =>
      longest.current()?.devices.get(toHex(keys.device.publicKey))?.active === true
    return devices.filter(isIn)
  }

  for (let i = 0; i < (isUnsettled ? STEPS.unsettled : STEPS.settled); i++) {
    for (let tries = 0; tries < 2; tries++) {
      const [a, b] = [random.pick(devices), random.pick(devices)]
      network.join(a, random.chance(0.3) ? 'relay' : b)
    }
    await step()
    const [idle] = random.shuffle(up())
    if (idle && random.chance(0.5)) await fold(idle)
    await clock.advance(random.below(random.chance(0.1) ? 8000 : 900))
    const awake = up()
    for (const device of awake) inspect(device)
    if (awake.length > 0) await inspectCopy(random.pick(awake), random.pick(channels))
    oracle.verdict()
  }

  network.heal()
  relay.setMood('honest')
  for (const device of devices) device.disk.full = false
  /** What is held back is kept once everybody came together, and everybody hears of that. */
  let hasKept = !isUnsettled
  for (let waited = 0; waited < PATIENCE_MS; waited += 5000) {
    for (const device of devices) {
      if (!device.isUp()) await restart(device)
      await begin(device.flush())
    }
    const linked = members()
    for (const [i, device] of linked.entries()) network.join(device, linked[i + 1] ?? 'relay')
    for (const device of devices) if (linked[0] && !linked.includes(device)) network.join(linked[0], device)
    await clock.advance(5000)
    if (!devices.every((device) => device.isUp()) || !(await hasConverged(members(), channels))) continue
    if (hasKept) break
    hasKept = true
    await begin(power.keep())
  }
  const team = members()
  for (const device of team) {
    inspect(device)
    for (const name of channels) await inspectCopy(device, name)
  }
  oracle.verdict()
  if (!(await hasConverged(team, channels))) throw new Error('the copies differ after all')
  await checkEnd({ tagKey, channels, oracle, deviceOf, deleted, onSaw }, team)
  for (const device of devices) device.kill()
  return saw
}
