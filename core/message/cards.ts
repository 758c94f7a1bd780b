/** What a contact part says (vCard: RFC 6350, and its older versions 2.1 and 3.0). */
import libqp from 'libqp';
import { contentLines, unescapeText, type ContentLine } from './content-lines.ts';

export interface Card {
  readonly name: string;
  /** Telephone, mail, address, ...: what it is, with its type where there is one, and what it says. */
  readonly fields: readonly { readonly label: string; readonly value: string }[];
}

const MOST_CARDS = 50;
const LABELS: Readonly<Record<string, string>> = {
  ORG: 'Organization',
  TITLE: 'Title',
  ROLE: 'Role',
  EMAIL: 'Mail',
  TEL: 'Telephone',
  ADR: 'Address',
  URL: 'Web',
  BDAY: 'Birthday',
  NOTE: 'Note',
};

/** vCard 2.1 may write values in quoted-printable. */
function plainValue({ parameters, value }: ContentLine): string {
  const encoding = `${parameters['ENCODING'] ?? ''} ${parameters['TYPE'] ?? ''}`;
  if (!/quoted-printable/i.test(encoding)) return value;
  return libqp.decode(value).toString('utf8');
}

/** Parts of an address or organization are separated by semicolons that are not escaped. */
const joined = (value: string) =>
  value
    .split(/(?<!\\);/)
    .map((word) => unescapeText(word).trim())
    .filter((word) => word !== '')
    .join(', ');

function toCard(lines: readonly ContentLine[]): Card {
  const full = lines.find(({ name }) => name === 'FN') ?? lines.find(({ name }) => name === 'N');
  const fields = lines.flatMap((line) => {
    const label = LABELS[line.name];
    const value = joined(plainValue(line)).replace(/^(?:tel|mailto):/i, '');
    if (label === undefined || value === '') return [];
    const type = (line.parameters['TYPE'] ?? '').toLowerCase().replaceAll(',', ', ');
    return [{ label: /^[a-z, ]+$/.test(type) ? `${label} (${type})` : label, value }];
  });
  return { name: full === undefined ? '' : joined(plainValue(full)), fields };
}

/** undefined: there is no card in this. */
export function readCards(text: string): readonly Card[] | undefined {
  const cards: Card[] = [];
  let open: ContentLine[] | undefined;
  for (const line of contentLines(text)) {
    const word = line.value.trim().toUpperCase();
    if (line.name === 'BEGIN' && word === 'VCARD') open = [];
    else if (line.name === 'END' && word === 'VCARD' && open !== undefined) {
      if (cards.length < MOST_CARDS) cards.push(toCard(open));
      open = undefined;
    } else open?.push(line);
  }
  return cards.length === 0 ? undefined : cards;
}
