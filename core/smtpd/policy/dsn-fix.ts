/** Makes an enhanced code fit what is being refused: a sender, a recipient, or neither (smtpd_dsn_fix(3)). */
import { NAME } from './run.ts';

/** Last digit of x.1.y, then what it is for a sender and for a recipient. */
const ADDRESS_CODES: Readonly<Record<string, readonly [sender: string, recipient: string]>> = {
  '1': ['1.7', '1.1'],
  '2': ['1.8', '1.2'],
  '3': ['1.7', '1.3'],
  '4': ['1.7', '1.4'],
  '5': ['1.0', '1.5'],
  '6': ['1.7', '1.6'],
  '7': ['1.7', '1.3'],
  '8': ['1.8', '1.2'],
};

export function fitDsn(dsn: string, replyClass: string): string {
  if (!/^\d\.1\./.test(dsn)) return dsn;
  const [forSender, forRecipient] = ADDRESS_CODES[dsn.slice(4)] ?? ['1.0', '1.0'];
  if (replyClass === NAME.sender) return `4.${forSender}`;
  if (replyClass === NAME.recipient) return `4.${forRecipient}`;
  return '4.0.0';
}
