/** Delivery reports in words (RFC 3464; status codes: RFC 3463). Pure. */
import type { Report } from '../../core/api/contract/mail.ts';
import type { Tone } from '../ui/tone.ts';

type Fields = Report['recipients'][number];

export interface RecipientRow {
  readonly recipient: string;
  /** Another address it was sent to; '' when it is the same. */
  readonly original: string;
  readonly action: string;
  readonly tone: Tone;
  readonly status: string;
  /** What the status code says by itself. */
  readonly meaning: string;
  readonly diagnostic: string;
  readonly remote: string;
}

const TITLES: Readonly<Record<Report['kind'], string>> = {
  'delivery-status': 'Delivery report',
  'disposition-notification': 'Receipt: what became of a message',
  'feedback-report': 'Complaint from another provider',
};
export const reportTitle = ({ kind }: Pick<Report, 'kind'>): string => TITLES[kind];

const TONES: Readonly<Record<string, Tone>> = {
  failed: 'bad',
  delayed: 'warn',
  delivered: 'ok',
  relayed: 'ok',
  expanded: 'info',
};

const CLASSES: Readonly<Record<string, string>> = { 2: 'success', 4: 'for now', 5: 'for good' };
/** The subject and detail of a status code: those that are met. */
const DETAILS: Readonly<Record<string, string>> = {
  '1.1': 'no such mailbox',
  '1.2': 'no such domain',
  '1.3': 'bad address',
  '1.6': 'the mailbox has moved',
  '1.8': "the sender's domain is bad",
  '1.10': 'the domain takes no mail',
  '2.1': 'the mailbox is disabled',
  '2.2': 'the mailbox is full',
  '2.3': 'larger than the mailbox takes',
  '3.4': 'larger than the system takes',
  '4.1': 'no answer from the host',
  '4.2': 'the connection broke',
  '4.3': 'the directory could not be asked',
  '4.4': 'no route',
  '4.6': 'a mail loop',
  '4.7': 'given up after the time allowed',
  '6.7': 'address not in ASCII',
  '7.1': 'refused by policy',
  '7.25': 'no name for the client address',
  '7.26': 'authentication of the mail failed',
};

function meaningOf(status: string): string {
  const [group = '', ...detail] = status.split('.');
  return [DETAILS[detail.join('.')], CLASSES[group]].filter((text) => text !== undefined).join(', ');
}

/** What follows the type: `rfc822; a@b`, `smtp; 550 no`, `dns; mx`. */
const untyped = (value: string) => value.replace(/^[\w-]+\s*;\s*/, '');

export function recipientRow(fields: Fields): RecipientRow {
  const value = (name: string) =>
    fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value ?? '';
  const recipient = untyped(value('Final-Recipient'));
  const original = untyped(value('Original-Recipient'));
  const action = value('Action').toLowerCase();
  const [status = ''] = value('Status').split(' ');
  return {
    recipient: recipient === '' ? original : recipient,
    original: original === recipient ? '' : original,
    action: action === '' ? 'not said' : action,
    tone: TONES[action] ?? 'plain',
    status,
    meaning: meaningOf(status),
    diagnostic: untyped(value('Diagnostic-Code')),
    remote: untyped(value('Remote-MTA')),
  };
}
