/** What keeps a message from being sent, in words for the person who wrote it. */
import { parseMailboxes, type Mailbox } from '../mail/mailboxes.ts';

export interface AddressFields {
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
}

export type Addressed =
  | {
      readonly kind: 'addressed';
      readonly from: Mailbox;
      readonly to: readonly Mailbox[];
      readonly cc: readonly Mailbox[];
      readonly bcc: readonly Mailbox[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const LABELS = { from: 'From', to: 'To', cc: 'Cc', bcc: 'Bcc' } as const;

/** @param ownName who writes where From is empty */
export function readAddresses(fields: AddressFields, ownName: string): Addressed {
  const problems: string[] = [];
  const read = (field: keyof typeof LABELS): readonly Mailbox[] => {
    const { mailboxes, bad } = parseMailboxes(fields[field]);
    for (const text of bad) problems.push(`${LABELS[field]}: “${text}” is not an address.`);
    return mailboxes;
  };
  const senders = read('from');
  const [to, cc, bcc] = [read('to'), read('cc'), read('bcc')];
  if (senders.length > 1) problems.push('From: only one sender.');
  if (to.length + cc.length + bcc.length === 0 && problems.length === 0)
    problems.push('There is no recipient: fill in To, Cc or Bcc.');
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'addressed', from: senders[0] ?? { name: '', address: ownName }, to, cc, bcc };
}
