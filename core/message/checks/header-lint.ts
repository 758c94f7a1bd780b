/** The header as it came in, against RFC 5322 section 3.6 and what receivers make of it. */
import { decodeHeaderBytes, readFields, type FieldAsWritten } from '../headers.ts';
import type { Finding } from './finding.ts';
import { readDate } from './header-date.ts';

/** Section 3.6: at most one of each. MIME: RFC 2045. */
const SINGLE = [
  'Date',
  'From',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Bcc',
  'Message-ID',
  'In-Reply-To',
  'References',
  'Subject',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-Disposition',
];
const REQUIRED: readonly (readonly [string, Finding['severity'], string])[] = [
  ['From', 'error', 'From is missing; it is required.'],
  ['Date', 'error', 'Date is missing; it is required. Postfix added one.'],
  [
    'Message-ID',
    'warning',
    'Message-ID is missing: spam filters mind, and threads need it. Postfix added one.',
  ],
  ['Subject', 'note', 'Subject is missing.'],
];
const DAY_MS = 86_400_000;
const MOST_FINDINGS = 50;

const finding = (severity: Finding['severity'], message: string, excerpt = ''): Finding =>
  excerpt === '' ? { severity, message } : { severity, message, excerpt: excerpt.slice(0, 160) };

interface Header {
  readonly fields: readonly FieldAsWritten[];
  readonly named: (name: string) => readonly FieldAsWritten[];
}

function missing({ named }: Header): readonly Finding[] {
  const hasTarget = ['to', 'cc', 'bcc'].some((name) => named(name).length > 0);
  const needsVersion = named('content-type').length > 0 && named('mime-version').length === 0;
  return [
    ...REQUIRED.filter(([name]) => named(name).length === 0).map(([, severity, message]) =>
      finding(severity, message),
    ),
    ...(hasTarget
      ? []
      : [finding('note', 'There is no To and no Cc: readers show "undisclosed recipients".')]),
    ...(needsVersion
      ? [finding('warning', 'Content-Type without MIME-Version: 1.0 is not MIME (RFC 2045 section 4).')]
      : []),
  ];
}

const doubled = ({ named }: Header): readonly Finding[] =>
  SINGLE.filter((name) => named(name).length > 1).map((name) =>
    finding(
      'error',
      `${name} stands there ${named(name).length} times; once is allowed. Readers disagree on which one counts.`,
    ),
  );

function dates({ named }: Header, arrivedAt: number): readonly Finding[] {
  return named('date').flatMap(({ value }) => {
    const reading = readDate(value);
    if (reading.kind === 'bad')
      return [finding('error', `The date cannot be relied on: ${reading.why}.`, value)];
    const days = Math.abs(reading.at - arrivedAt) / DAY_MS;
    return [
      ...(reading.why === undefined
        ? []
        : [finding('warning', `The date is understood, but ${reading.why}.`, value)]),
      ...(days > 1
        ? [finding('warning', `The date is ${Math.round(days)} days from when it came in.`, value)]
        : []),
    ];
  });
}

function addresses({ named }: Header): readonly Finding[] {
  const from = named('from').map(({ value }) =>
    value.replaceAll(/"(?:\\.|[^"\\])*"/g, '').replaceAll(/\([^()]*\)/g, ''),
  );
  const hasMany = from.some((value) => (value.match(/@/g)?.length ?? 0) > 1);
  return [
    ...(from.some((value) => !value.includes('@'))
      ? [finding('warning', 'From has no full address.', named('from')[0]?.value)]
      : []),
    ...(hasMany && named('sender').length === 0
      ? [
          finding(
            'error',
            'From names several people, so Sender has to say which one sent it (section 3.6.2).',
          ),
        ]
      : []),
    ...(named('bcc').length > 0
      ? [finding('warning', 'Bcc stands in the message: every recipient can read it.')]
      : []),
    ...(named('return-path').length > 0
      ? [finding('note', 'Return-Path is for the last server to add; senders leave it out.')]
      : []),
  ];
}

function messageIds({ named }: Header): readonly Finding[] {
  return named('message-id')
    .filter(({ value }) => !/^<[^\s<>@]+@[^\s<>@]+>$/.test(value.trim()))
    .map(({ value }) => finding('warning', 'Message-ID has not the form <left@right>.', value));
}

function eightBit({ fields }: Header): readonly Finding[] {
  const [first] = fields.filter(({ raw }) => /[^\0-\x7f]/.test(raw));
  return first === undefined
    ? []
    : [
        finding(
          'warning',
          'Letters that are not ASCII stand in the header as they are; without SMTPUTF8 they have to be encoded (RFC 2047).',
          `${first.name}: ${first.value}`,
        ),
      ];
}

/** Lines that are no field end the header for strict readers. */
function broken(block: Uint8Array): readonly Finding[] {
  const lines = decodeHeaderBytes(block).split(/\r?\n/);
  const at = lines.findIndex(
    (line) => line !== '' && !/^[ \t]/.test(line) && !/^[!-9;-~]+[ \t]*:/.test(line),
  );
  return at < 0
    ? []
    : [
        {
          severity: 'error',
          message: 'A line in the header is no field.',
          line: at + 1,
          excerpt: (lines[at] ?? '').slice(0, 160),
        },
      ];
}

/** @param block the header as it came in; @param arrivedAt ms since the epoch */
export function lintHeader(block: Uint8Array, arrivedAt: number): readonly Finding[] {
  const fields = readFields(block);
  const byName = new Map<string, FieldAsWritten[]>();
  for (const field of fields) {
    const name = field.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []).slice(0, 99), field]);
  }
  const header: Header = { fields, named: (name) => byName.get(name.toLowerCase()) ?? [] };
  return [
    ...broken(block),
    ...missing(header),
    ...doubled(header),
    ...dates(header, arrivedAt),
    ...addresses(header),
    ...messageIds(header),
    ...eightBit(header),
  ].slice(0, MOST_FINDINGS);
}
