/** DATA and BDAT: the content of the message (RFC 5321 section 4.1.1.4, RFC 3030). */
import type { Reply } from '../../mail/reply.ts';
import { printable } from '../printable.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import type { Invocation, Outcome } from './command.ts';

export async function data(session: Session, { words }: Invocation): Promise<Outcome> {
  if (session.bdat !== 'none') return session.complain('protocol', replies.dataAfterBdat);
  const missing = missingRecipients(session);
  if (missing !== undefined) {
    session.say(missing);
    return 'error';
  }
  if (words.length !== 1) return session.complain('protocol', replies.syntaxData);
  if (session.apply(await session.service.policy.data(session.facts()))) return 'error';
  session.say(replies.sendData);
  session.where = 'DATA content';
  session.channel.expectContent(session.bareNewline);
  return 'pending';
}

/** With pipelining the client may send DATA before it knows that every recipient was refused: no protocol error then. */
function missingRecipients(session: Session): Reply | undefined {
  const { transaction } = session;
  if (transaction === undefined) {
    session.errors.add('protocol');
    return replies.needRcpt;
  }
  return transaction.recipients.length === 0 ? replies.noValidRecipients : undefined;
}

/** The BDAT command under way: what to do when its bytes are in. */
export type ChunkPlan =
  | { readonly kind: 'keep'; readonly size: number; readonly isLast: boolean }
  | { readonly kind: 'refuse'; readonly isLast: boolean; readonly reply: Reply };

const LARGEST_SIZE = 2n ** 63n - 1n;

/** Undefined: the command was malformed and the session is over. */
export async function planChunk(
  session: Session,
  { words, line }: Invocation,
): Promise<{ readonly size: number; readonly plan: ChunkPlan } | undefined> {
  // What follows is message content, so a BDAT that is not understood would be followed by lots of bad commands.
  if (session.discardedKeywords.has('chunking')) {
    session.complain('protocol', replies.bdatDisabled);
    return undefined;
  }
  const id = session.queueId ?? 'NOQUEUE';
  const { logger } = session.service;
  const digits = words[1]?.text ?? '';
  const isLast = words.length === 3;
  const hasBadEnd = isLast && words[2]?.text.toUpperCase() !== 'LAST';
  if (words.length > 3 || !/^\d+$/.test(digits) || BigInt(digits) > LARGEST_SIZE || hasBadEnd) {
    const shown = printable(line, '?').slice(0, 100);
    logger.warning(`${id}: malformed BDAT command syntax from ${session.clientLabel}: ${shown}`);
    session.complain('protocol', replies.syntaxBdat);
    return undefined;
  }
  const size = Number(digits);
  const refusal = await refuseChunk(session, size, isLast);
  if (refusal !== undefined) return { size, plan: { kind: 'refuse', isLast, reply: refusal } };
  return { size, plan: { kind: 'keep', size, isLast } };
}

async function refuseChunk(session: Session, size: number, isLast: boolean): Promise<Reply | undefined> {
  const { service } = session;
  const id = session.queueId ?? 'NOQUEUE';
  if (size === 0 && !isLast) {
    service.logger.warning(`${id}: null BDAT request from ${session.clientLabel}`);
    return replies.nullBdat;
  }
  if (session.bdat === 'error') return replies.discarded(size);
  if (session.bdat === 'none') {
    const missing = missingRecipients(session);
    if (missing !== undefined) return missing;
    const ruling = await service.policy.data(session.facts());
    if (ruling.reply !== undefined) {
      const { reply, ...accepted } = ruling;
      session.apply(accepted);
      return reply;
    }
    session.apply(ruling);
  }
  const limit = service.settings.messageSizeLimit;
  if (limit > 0 && session.receivedSize > limit - size) {
    session.errors.add('policy');
    service.logger.warning(`${id}: BDAT request from ${session.clientLabel} exceeds message size limit`);
    return replies.chunkTooBig;
  }
  return undefined;
}
