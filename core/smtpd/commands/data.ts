/** DATA: asks for the content of the message (RFC 5321 section 4.1.1.4). */
import type { Reply } from '../../mail/reply.ts';
import { chain, type Maybe } from '../../tables/maybe.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import type { Invocation, Outcome } from './command.ts';
import { proxyData } from './proxied.ts';

export function data(session: Session, { words }: Invocation): Maybe<Outcome> {
  if (session.bdat !== 'none') return session.complain('protocol', replies.dataAfterBdat);
  const missing = missingRecipients(session);
  if (missing !== undefined) {
    session.say(missing);
    return 'error';
  }
  if (words.length !== 1) return session.complain('protocol', replies.syntaxData);
  return chain(session.service.policy.data(session.facts()), (ruling) =>
    session.apply(ruling)
      ? 'error'
      : session.proxy === undefined
        ? askForContent(session)
        : askProxy(session),
  );
}

async function askProxy(session: Session): Promise<Outcome> {
  const refused = await proxyData(session);
  if (refused === undefined) return askForContent(session);
  session.say(refused);
  return 'error';
}

function askForContent(session: Session): Outcome {
  session.say(replies.sendData);
  session.where = 'DATA content';
  session.channel.expectContent(session.bareNewline);
  return 'pending';
}

/** With pipelining the client may send DATA before it knows that every recipient was refused: no protocol error then. */
export function missingRecipients(session: Session): Reply | undefined {
  const { transaction } = session;
  if (transaction === undefined) {
    session.errors.add('protocol');
    return replies.needRcpt;
  }
  return transaction.recipients.length === 0 ? replies.noValidRecipients : undefined;
}
