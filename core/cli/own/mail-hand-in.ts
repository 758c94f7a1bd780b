/** `sandpost mail resend|inject`: captured mail once more, and mail of a client that is made up. Both are real. */
import type { HandedIn } from '../../api/contract/drafts.ts';
import { CommandError, withConnection, type Context } from '../context.ts';
import { EX_USAGE, forTerminal, parseOptions, positive } from '../options.ts';
import { SESSION_OPTIONS, sessionInput } from './session-options.ts';

const JSON_OPTION = { json: { type: 'boolean' } } as const;
const RESEND_OPTIONS = {
  from: { type: 'string', short: 'f' },
  to: { type: 'string', multiple: true },
  resent: { type: 'boolean' },
  ...JSON_OPTION,
} as const;
const INJECT_OPTIONS = { ...SESSION_OPTIONS, ...JSON_OPTION } as const;

/** Exit status 1 when somebody was refused. */
function tell(context: Context, answer: HandedIn, isJson: boolean): number {
  if (isJson) context.out(`${JSON.stringify(answer)}\n`);
  else {
    for (const reason of answer.refused) context.err(`${forTerminal(reason)}\n`);
    const number = answer.id === undefined ? '' : `, message ${answer.id}`;
    if (answer.queueId !== '') context.out(`queued as ${answer.queueId}${number}\n`);
  }
  return answer.refused.length === 0 ? 0 : 1;
}

export async function resend(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, RESEND_OPTIONS);
  const id = positive(positionals[0], 'mail resend');
  if (id === undefined || positionals.length > 1)
    throw new CommandError('mail resend needs one message number; see "mail list"', EX_USAGE);
  return withConnection(context, async ({ client }) => {
    const { envelope } = await client.mail.get({ id });
    const answer = await client.mail.resend({
      id,
      sender: values.from ?? envelope.sender,
      recipients: values.to ?? envelope.recipients,
      isMarked: values.resent === true,
    });
    return tell(context, answer, values.json === true);
  });
}

export async function inject(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, INJECT_OPTIONS);
  if (positionals.length === 0) throw new CommandError('mail inject needs at least one recipient', EX_USAGE);
  const input = sessionInput(context, values, positionals);
  return withConnection(context, async ({ client }) =>
    tell(context, await client.mail.inject(input), values.json === true),
  );
}
