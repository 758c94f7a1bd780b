/** The Received header that smtpd puts in front (RFC 5321 section 4.4), in Postfix's layout. */
import { quoteLocal } from '../address/parse.ts';
import { mailDate } from '../mail/header-date.ts';

export interface ReceivedFacts {
  readonly helo: string | undefined;
  readonly clientName: string;
  /** `127.0.0.1`, `IPv6:::1`. */
  readonly clientAddress: string;
  readonly myhostname: string;
  readonly mailName: string;
  readonly protocol: string;
  readonly smtputf8: boolean;
  readonly isAuthenticated: boolean;
  /** Login name to show (smtpd_sasl_authenticated_header). */
  readonly shownLogin: string | undefined;
  readonly queueId: string;
  /** Internal form. */
  readonly recipients: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Three lines, LF after each: who, by whom, and for whom when there is one recipient only. */
export function receivedHeader(facts: ReceivedFacts): string {
  const { recipients } = facts;
  const suffix = facts.isAuthenticated && facts.protocol === 'ESMTP' ? 'A' : '';
  const verb = `${facts.smtputf8 ? 'UTF8SMTP' : facts.protocol}${suffix}`;
  const date = mailDate(facts.at);
  // what goes to a filter has none
  const id = facts.queueId === '' ? '' : ` id ${facts.queueId}`;
  const by = `\tby ${facts.myhostname} (${facts.mailName}) with ${verb}${id}`;
  const login =
    facts.shownLogin === undefined ? '' : `\t(Authenticated sender: ${commentSafe(facts.shownLogin)})\n`;
  const only = recipients.length === 1 ? recipients[0] : undefined;
  const end = only === undefined ? `${by};\n\t${date}\n` : `${by}\n\tfor <${quoteLocal(only)}>; ${date}\n`;
  const from = facts.helo ?? facts.clientName;
  return `Received: from ${from} (${facts.clientName} [${facts.clientAddress}])\n${login}${end}`;
}

/** Printable ASCII with balanced parentheses (comment_sanitize). */
function commentSafe(text: string): string {
  let open = 0;
  let safe = '';
  for (const ch of text) {
    if (ch < ' ' || ch > '~' || ch === '\\' || (ch === ')' && open === 0)) {
      safe += '?';
      continue;
    }
    if (ch === '(') open++;
    else if (ch === ')') open--;
    safe += ch;
  }
  return safe + ')'.repeat(open);
}
