/** The last messages and refused attempts once more, dry, with the configuration in use and with a draft. */
import { isIP } from 'node:net';
import type { Replayed, ReplayStep, TraceFate, TraceResult } from '../api/contract/trace.ts';
import { NoListenerError, type DryInput } from '../journey/dry-run.ts';
import type { StoredRefusal } from '../store/side-stores.ts';
import type { MailRecord, Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import type { DryWorldRunner } from './dry-worlds.ts';

interface Both {
  readonly store: Store;
  readonly clock: Clock;
  readonly inUse: DryWorldRunner;
  readonly draft: DryWorldRunner;
}

/** The session that a message came by; undefined for mail that came another way. */
function sessionOf({ origin, client, sender, recipients }: MailRecord): DryInput | undefined {
  if (origin !== 'smtpd' || client === null || isIP(client.address) === 0) return undefined;
  const given = recipients.map(({ originalAddress, address }) => originalAddress || address);
  return {
    clientAddress: client.address,
    clientName: client.name === 'unknown' ? '' : client.name,
    helo: client.helo,
    service: client.service,
    tls: /^ESMTPSA?$/.test(client.protocol),
    login: client.saslUsername,
    sender,
    recipients: [...new Set(given)],
  };
}

/** What was refused while a message was given: later refusals depend on content that was not kept. */
const REPLAYED_STAGES = new Set(['CONNECT', 'HELO', 'EHLO', 'MAIL', 'RCPT']);

/** The session of an attempt that was refused; undefined: what became of it depends on more than is known. */
function sessionOfRefusal(refusal: Omit<StoredRefusal, 'transcript' | 'journey'>): DryInput | undefined {
  const { stage, clientAddress, clientName, helo, sender, recipient } = refusal;
  if (!REPLAYED_STAGES.has(stage) || isIP(clientAddress) === 0) return undefined;
  return {
    clientAddress,
    clientName: clientName === 'unknown' ? '' : clientName,
    helo: helo === '' ? 'localhost' : helo,
    service: '',
    tls: false,
    login: '',
    sender,
    recipients: [recipient === '' ? 'postmaster' : recipient],
  };
}

/** One thing that came in. */
export interface Came {
  readonly kind: 'message' | 'refusal';
  readonly id: number;
  readonly at: number;
  readonly subject: string;
}

/** The session that it came by, and its content. */
export interface Replayable {
  readonly session: DryInput;
  readonly raw: Uint8Array | undefined;
}

export function replayable(store: Store, { kind, id }: Pick<Came, 'kind' | 'id'>): Replayable | undefined {
  if (kind === 'refusal') {
    const refusal = store.refusals.get(id);
    const session = refusal && sessionOfRefusal(refusal);
    return session && { session, raw: undefined };
  }
  const record = store.mail.get(id);
  const raw = store.mail.content(id)?.raw;
  const session = record && sessionOf(record);
  return session === undefined || raw === undefined ? undefined : { session, raw };
}

const PAGE = 500;

/** The newest of both, as many as are asked for. */
async function cameLast(store: Store, limit: number): Promise<readonly Came[]> {
  const found: Came[] = [];
  for (let before: number | undefined, isMore = true; isMore && found.length < limit;) {
    const page = await store.mail.list({
      folder: { kind: 'all' },
      search: '',
      limit: Math.min(PAGE, limit - found.length),
      ...(before === undefined ? {} : { before }),
    });
    for (const { id, subject, arrivedAt } of page.messages)
      found.push({ kind: 'message', id, subject, at: arrivedAt });
    before = page.messages.at(-1)?.id;
    isMore = page.hasMore;
  }
  const { refusals } = store.refusals.list({ limit });
  for (const { id, at } of refusals) found.push({ kind: 'refusal', id, subject: '', at });
  return found.sort((a, b) => b.at - a.at).slice(0, limit);
}

/** Its listener may have another name by now, or in the draft: then the first one stands in. */
export async function runOn(
  world: DryWorldRunner,
  { session, raw }: Replayable,
  at: number,
): Promise<TraceResult> {
  try {
    return await world.run(session, raw, at);
  } catch (error) {
    if (!(error instanceof NoListenerError) || session.service === '') throw error;
    return world.run({ ...session, service: '' }, raw, at);
  }
}

const key = ({ recipient, address }: TraceFate) => `${recipient} ${address}`;
const told = ({ status, reason }: TraceFate) => ({ status, reason });
const NOTHING: Pick<TraceFate, 'status' | 'reason'> = {
  status: 'discarded',
  reason: 'nothing becomes of it',
};

/** Recipients whose fate differs: by what the client gave, because aliases lead elsewhere in a draft. */
function changesOf(
  inUse: TraceResult,
  draft: TraceResult,
): Omit<Replayed['changed'][number], 'kind' | 'id' | 'subject'>[] {
  const before = new Map(inUse.fates.map((fate) => [key(fate), fate]));
  const after = new Map(draft.fates.map((fate) => [key(fate), fate]));
  const gone = inUse.fates.filter((fate) => !after.has(key(fate)));
  const changed = draft.fates.flatMap((fate) => {
    const known = before.get(key(fate)) ?? gone.find(({ recipient }) => recipient === fate.recipient);
    const isSame = known !== undefined && known.status === fate.status && known.reason === fate.reason;
    const isMoved = known !== undefined && known.address !== fate.address;
    if (isSame && !isMoved) return [];
    return [
      {
        recipient: fate.recipient || fate.address,
        inUse: known === undefined ? NOTHING : told(known),
        draft: told(fate),
      },
    ];
  });
  const recipients = new Set(draft.fates.map(({ recipient }) => recipient));
  const lost = gone.filter(({ recipient }) => !recipients.has(recipient));
  return [
    ...changed,
    ...lost.map((fate) => ({ recipient: fate.recipient || fate.address, inUse: told(fate), draft: NOTHING })),
  ];
}

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

const TELL_EVERY = 20;

/** Tells how far it is, then what it found. */
export async function* replay(
  { store, clock, inUse, draft }: Both,
  limit: number,
): AsyncGenerator<ReplayStep, void, void> {
  const came = await cameLast(store, limit);
  const at = clock.now();
  const result: Replayed = { messages: 0, refusals: 0, same: 0, changed: [] };
  for (const [index, { kind, id, subject }] of came.entries()) {
    if (index % TELL_EVERY === 0) yield { kind: 'progress', done: index, total: came.length };
    const again = replayable(store, { kind, id });
    if (again === undefined) continue;
    // mail that comes in meanwhile must not wait for this
    await nextTurn();
    const changes = changesOf(await runOn(inUse, again, at), await runOn(draft, again, at));
    if (kind === 'message') result.messages += 1;
    else result.refusals += 1;
    if (changes.length === 0) result.same += 1;
    result.changed.push(...changes.map((change) => ({ kind, id, subject, ...change })));
  }
  yield { kind: 'progress', done: came.length, total: came.length };
  yield { kind: 'done', result };
}
