/** The words to find a message by, a column of the index each, and the addresses to suggest. */
import { headerToken, headerTokens, tagName } from '../mail/search/search.ts';
import type { KnownAddresses, SearchText } from '../store/index-source.ts';
import type { StoredPart } from '../store/store.ts';
import type { HeaderField } from './headers.ts';

export interface Envelope {
  readonly sender: string;
  /** As the client gave them. */
  readonly recipients: readonly string[];
}

/** A message of thousands of recipients is found by the first of them. */
const MOST_PEOPLE = 10_000;
/** Of one header, and of all, in characters. */
const LONGEST_HEADER = 500;
const MOST_HEADERS = 8000;
/** Addresses of one message that are worth suggesting. */
const MOST_KNOWN = 50;

const ADDRESS = /[^\s<>(),;:"[\]]+@[^\s<>(),;:"[\]]+/gu;

const SENDERS = ['from', 'sender', 'reply-to'];
const RECIPIENTS = ['to', 'cc'];

function valuesOf(headers: readonly HeaderField[], names: readonly string[]): readonly string[] {
  return headers.filter((header) => names.includes(header.name.toLowerCase())).map(({ value }) => value);
}

const together = (...texts: readonly string[]) => texts.join(' ').slice(0, MOST_PEOPLE);

/** Recipients of the envelope that no header names: what Bcc did. */
function hiddenRecipients(headers: readonly HeaderField[], recipients: readonly string[]): readonly string[] {
  const named = valuesOf(headers, RECIPIENTS).join(' ').toLowerCase();
  return recipients.filter((address) => !named.includes(address.toLowerCase()));
}

function headerText(headers: readonly HeaderField[]): string {
  const words: string[] = [];
  let left = MOST_HEADERS;
  for (const { name, value } of headers) {
    if (left <= 0) break;
    const tokens = [headerToken(name), ...headerTokens(name, value.slice(0, LONGEST_HEADER))];
    for (const token of tokens) left -= token.length + 1;
    words.push(...tokens);
  }
  return words.join(' ');
}

export function searchTextOf(
  headers: readonly HeaderField[],
  { sender, recipients }: Envelope,
  parts: readonly StoredPart[],
  body: string,
): SearchText {
  return {
    subject: headers.find((header) => header.name.toLowerCase() === 'subject')?.value ?? '',
    from: together(...valuesOf(headers, SENDERS), sender),
    to: together(...valuesOf(headers, ['to']), ...recipients),
    cc: together(...valuesOf(headers, ['cc'])),
    bcc: together(...valuesOf(headers, ['bcc']), ...hiddenRecipients(headers, recipients)),
    body,
    files: together(...parts.map(({ fileName }) => fileName).filter((name) => name !== '')),
    headers: headerText(headers),
  };
}

const plain = (texts: readonly string[]): readonly string[] => {
  const found = texts.flatMap((text) => text.slice(0, MOST_PEOPLE).toLowerCase().match(ADDRESS) ?? []);
  return [...new Set(found)].slice(0, MOST_KNOWN);
};

export function knownAddresses(
  headers: readonly HeaderField[],
  { sender, recipients }: Envelope,
): KnownAddresses {
  return {
    senders: plain([...valuesOf(headers, ['from']), sender]),
    recipients: plain([...valuesOf(headers, RECIPIENTS), ...recipients]),
  };
}

/** Names that part tags in a header; more of one message are no order but a mistake. */
const MOST_TAGS = 20;

/** Tags that a message names: in X-Tags headers, and in recipients such as `you+invoice@localhost`. */
export function tagsOf(
  headers: readonly HeaderField[],
  { recipients }: Envelope,
): { readonly header: readonly string[]; readonly plus: readonly string[] } {
  const named = valuesOf(headers, ['x-tags']).flatMap((value) => value.split(','));
  const plus = recipients.flatMap((address) => /^[^+@]+\+([^@]+)(?:@|$)/u.exec(address)?.[1] ?? []);
  const names = (typed: readonly string[]) =>
    [...new Set(typed.map(tagName).filter((name) => name !== ''))].slice(0, MOST_TAGS);
  return { header: names(named), plus: names(plus) };
}
