/** The end of the message: the last restrictions, then cleanup and the disk, then the answer (RFC 5321 section 6.1). */
import { measureContent, type ReceivedContent } from '../content.ts';
import type { Reply } from '../../mail/reply.ts';
import { replies } from '../replies.ts';
import type { Session, Transaction } from '../session.ts';
import { toSubmission } from '../submission.ts';
import type { Outcome } from './command.ts';
import { submitToProxy } from './proxied.ts';

export async function finishMessage(session: Session, content: ReceivedContent): Promise<Outcome> {
  session.where = 'END-OF-MESSAGE';
  const { transaction } = session;
  if (transaction === undefined) throw new Error('message without a transaction');
  const trouble = troubleWith(session, content);
  if (trouble === undefined) {
    // The transaction stays open after a refusal here, as in Postfix: the client has to say RSET.
    if (session.apply(await session.service.policy.endOfData(session.facts()))) {
      session.proxy?.end(true);
      return 'error';
    }
  }
  const outcome =
    trouble === undefined ? await handOver(session, transaction, content) : refuse(session, trouble);
  session.resetChat(session.service.settings.historyThreshold);
  session.resetMail();
  return outcome;
}

/** To the filter in front of the queue where there is one, else to cleanup. */
function handOver(session: Session, transaction: Transaction, content: ReceivedContent): Promise<Outcome> {
  if (session.proxy !== undefined) return submitToProxy(session, transaction, content);
  if (transaction.allocation === undefined) throw new Error('message without a queue id');
  return submit(session, transaction, transaction.allocation, content);
}

function refuse(session: Session, reply: Reply): Outcome {
  session.proxy?.end(true);
  session.say(reply);
  return 'error';
}

/** Bare newlines and size: the content itself is refused. */
function troubleWith(session: Session, content: ReceivedContent): Reply | undefined {
  const { settings, logger } = session.service;
  const limit = settings.messageSizeLimit;
  const { bytes } = content;
  const isBdat = session.bdat !== 'none';
  session.receivedSize =
    isBdat || (limit > 0 && bytes.length > limit / 2)
      ? measureContent(bytes, settings.lineLengthLimit)
      : bytes.length;
  const isTooBig = content.isOverLimit || (limit > 0 && session.receivedSize > limit);
  if (isTooBig) logger.warning(`${session.queueId ?? 'NOQUEUE'}: queue file size limit exceeded`);
  if (content.hasBareNewline) {
    session.errors.add('protocol');
    session.logReject('bare <LF> received');
    return replies.bareNewline(settings.bareNewlineCode, settings.myhostname);
  }
  if (!isTooBig) return undefined;
  session.errors.add('bounce');
  return replies.messageTooBig;
}

async function submit(
  session: Session,
  transaction: Transaction,
  allocation: NonNullable<Transaction['allocation']>,
  content: ReceivedContent,
): Promise<Outcome> {
  const submission = toSubmission(session, transaction, allocation, content.bytes);
  // Whatever was answered before need not wait for the disk.
  session.flush();
  const result = await session.service.intake.submit(submission);
  switch (result.kind) {
    case 'queued':
    case 'discarded':
      session.errorCount = 0;
      session.junkCount = 0;
      session.errors.clear();
      session.service.record?.accepted(allocation.queueId);
      session.say(
        session.bdat === 'none'
          ? replies.queued(allocation.queueId)
          : replies.queuedBytes(session.receivedSize, allocation.queueId),
      );
      return 'ok';
    case 'refused':
      session.errors.add(result.errorClass);
      return refuse(session, result.reply);
    case 'storage-failed':
      session.errors.add('resource');
      session.service.logger.warning(`${allocation.queueId}: queue file write error: ${result.reason}`);
      return refuse(session, result.full ? replies.insufficientStorage : replies.queueWriteError);
  }
}
