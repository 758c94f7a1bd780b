/** The last messages once more, dry, with the configuration in use and with a draft: what the draft would change. */
import { isIP } from 'node:net';
import type { Replayed, TraceFate, TraceResult } from '../api/contract/trace.ts';
import { NoListenerError, type DryInput } from '../journey/dry-run.ts';
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

/** Its listener may have another name by now, or in the draft: then the first one stands in. */
async function runOn(
  world: DryWorldRunner,
  session: DryInput,
  raw: Uint8Array,
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
): Omit<Replayed['changed'][number], 'id' | 'subject'>[] {
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

export async function replay({ store, clock, inUse, draft }: Both, limit: number): Promise<Replayed> {
  const { messages } = await store.mail.list({ folder: { kind: 'all' }, search: '', limit });
  const at = clock.now();
  const changed: Replayed['changed'] = [];
  let count = 0;
  let same = 0;
  for (const { id, subject } of messages) {
    const record = store.mail.get(id);
    const raw = store.mail.content(id)?.raw;
    const session = record === undefined ? undefined : sessionOf(record);
    if (session === undefined || raw === undefined) continue;
    // mail that comes in meanwhile must not wait for this
    await nextTurn();
    const changes = changesOf(await runOn(inUse, session, raw, at), await runOn(draft, session, raw, at));
    count += 1;
    if (changes.length === 0) same += 1;
    changed.push(...changes.map((change) => ({ id, subject, ...change })));
  }
  return { messages: count, same, changed };
}
