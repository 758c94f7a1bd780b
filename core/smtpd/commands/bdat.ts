/** BDAT: content in chunks of a known size (RFC 3030). Its bytes have to be read even when it is refused. */
import type { Reply } from '../../mail/reply.ts';
import { printable } from '../printable.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import type { Invocation, Outcome } from './command.ts';
import { missingRecipients } from './data.ts';
import { finishMessage } from './message.ts';

type Plan =
  | { readonly kind: 'keep'; readonly size: number; readonly isLast: boolean }
  | { readonly kind: 'refuse'; readonly size: number; readonly isLast: boolean; readonly reply: Reply };

const LARGEST_SIZE = 2n ** 63n - 1n;
const NOTHING = Buffer.alloc(0);

/** The chunks of one message after the other. */
export interface Chunks {
  /** The command itself: `pending` until its bytes are in. */
  begin(session: Session, invocation: Invocation): Promise<Outcome>;
  finish(session: Session, bytes: Buffer): Promise<Outcome>;
}

export function createChunks(): Chunks {
  let plan: Plan | undefined;
  let kept: Buffer[] = [];

  async function finish(session: Session, bytes: Buffer): Promise<Outcome> {
    const planned = plan;
    plan = undefined;
    if (planned === undefined) throw new Error('a chunk without BDAT');
    if (planned.kind === 'refuse') {
      kept = [];
      return answerRefused(session, planned.reply, planned.isLast);
    }
    kept.push(bytes);
    session.receivedSize += bytes.length;
    if (!planned.isLast) {
      session.say(replies.chunk(planned.size));
      return 'ok';
    }
    const content = Buffer.concat(kept);
    kept = [];
    const hasBareNewline = session.bareNewline === 'reject' && /(?<!\r)\n/.test(content.toString('latin1'));
    return finishMessage(session, { bytes: content, isOverLimit: false, hasBareNewline });
  }

  return {
    finish,
    async begin(session, invocation) {
      // RSET or a new greeting came in between: what was kept belongs to a transaction that is gone
      if (session.bdat === 'none') kept = [];
      plan = await planChunk(session, invocation);
      if (plan === undefined) return 'error';
      if (plan.kind === 'keep') {
        session.bdat = 'ok';
        session.where = 'BDAT content';
      }
      if (plan.size === 0) return finish(session, NOTHING);
      session.channel.expectChunk(plan.size, plan.kind === 'keep');
      return 'pending';
    },
  };
}

/** After an error all chunks are read and thrown away, until LAST or RSET. */
function answerRefused(session: Session, reply: Reply, isLast: boolean): Outcome {
  session.say(reply);
  if (isLast) session.resetMail();
  else session.bdat = 'error';
  return 'error';
}

/** Undefined: the command was malformed, and what follows would be content taken for commands: the session is over. */
async function planChunk(session: Session, { words, line }: Invocation): Promise<Plan | undefined> {
  if (session.discardedKeywords.has('chunking')) {
    session.complain('protocol', replies.bdatDisabled);
    return undefined;
  }
  const digits = words[1]?.text ?? '';
  const isLast = words[2]?.text.toUpperCase() === 'LAST';
  const hasGoodEnd = words.length === (isLast ? 3 : 2);
  if (!hasGoodEnd || !/^\d+$/.test(digits) || BigInt(digits) > LARGEST_SIZE) {
    const shown = printable(line, '?').slice(0, 100);
    warn(session, `malformed BDAT command syntax from ${session.clientLabel}: ${shown}`);
    session.complain('protocol', replies.syntaxBdat);
    return undefined;
  }
  const size = Number(digits);
  const reply = await refusalOf(session, size, isLast);
  return reply === undefined ? { kind: 'keep', size, isLast } : { kind: 'refuse', size, isLast, reply };
}

function warn(session: Session, text: string): void {
  session.service.logger.warning(`${session.queueId ?? 'NOQUEUE'}: ${text}`);
}

async function refusalOf(session: Session, size: number, isLast: boolean): Promise<Reply | undefined> {
  if (size === 0 && !isLast) {
    warn(session, `null BDAT request from ${session.clientLabel}`);
    return replies.nullBdat;
  }
  if (session.bdat === 'error') return replies.discarded(size);
  if (session.bdat === 'none') {
    const refused = missingRecipients(session) ?? (await refusedByPolicy(session));
    if (refused !== undefined) return refused;
  }
  const limit = session.service.settings.messageSizeLimit;
  if (limit <= 0 || session.receivedSize + size <= limit) return undefined;
  session.errors.add('policy');
  warn(session, `BDAT request from ${session.clientLabel} exceeds message size limit`);
  return replies.chunkTooBig;
}

/** The first chunk is judged like DATA. The refusal is said when the bytes are in. */
async function refusedByPolicy(session: Session): Promise<Reply | undefined> {
  const { reply, ...others } = await session.service.policy.data(session.facts());
  session.apply(others);
  return reply;
}
