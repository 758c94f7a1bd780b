/**
 * What a mail header is and what Postfix knows about it by name (is_header(3), header_opts(3)). Pure: text in, facts
 * out. Header text has LF inside where it is folded, and no line end.
 */

/** What cleanup(8) does with a header it knows. */
export interface HeaderOptions {
  /** In the preferred capitals: `Message-Id`. */
  readonly name: string;
  readonly role: 'sender' | 'recipient' | 'mime' | 'other';
  /** Resent-...: one of these makes the message a resent one. */
  readonly resent: boolean;
  /** sendmail -t takes recipients from it. */
  readonly extract: boolean;
}

const known = (
  role: HeaderOptions['role'],
  names: readonly string[],
  extract = false,
): readonly HeaderOptions[] =>
  names.map((name) => ({ name, role, extract, resent: name.startsWith('Resent-') }));

const OPTIONS: readonly HeaderOptions[] = [
  ...known('recipient', ['Bcc', 'Cc', 'To', 'Resent-Bcc', 'Resent-Cc', 'Resent-To'], true),
  ...known('recipient', ['Apparently-To', 'Resent-Reply-To']),
  ...known('sender', ['From', 'Sender', 'Reply-To', 'Errors-To', 'Return-Path', 'Return-Receipt-To']),
  ...known('sender', ['Disposition-Notification-To', 'Mail-Followup-To', 'Resent-From', 'Resent-Sender']),
  ...known('mime', ['Content-Description', 'Content-Disposition', 'Content-ID', 'Content-Type']),
  ...known('mime', ['Content-Transfer-Encoding', 'MIME-Version']),
  ...known('other', ['Content-Length', 'Date', 'Delivered-To', 'Message-Id', 'Received']),
  ...known('other', ['Resent-Date', 'Resent-Message-Id']),
];

const BY_NAME: ReadonlyMap<string, HeaderOptions> = new Map(
  OPTIONS.map((option) => [option.name.toLowerCase(), option]),
);

/** Facts about a header by its name in lower case; undefined for one that is passed through. */
export function headerOptions(lowerCaseName: string): HeaderOptions | undefined {
  return BY_NAME.get(lowerCaseName);
}

const COLON = 0x3a;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * The length of the header name at the start of a line; 0 when the line is no header. As Postfix: any printable
 * characters but colon and blank, then optional blanks (obsolete, RFC 822), then the colon. 8-bit names are refused.
 */
export function headerNameLength(line: string): number {
  return scanName(line.length, (i) => line.charCodeAt(i));
}

/** The same for bytes from `start` up to `end`. */
export function headerNameLengthAt(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  let length = 0;
  for (; i < end; i++) {
    const code = bytes[i] as number;
    if (code === COLON) return length || i - start;
    if (isBlank(code)) {
      if (length === 0) length = i - start;
      if (length === 0) return 0;
    } else if (length > 0 || code < 0x21 || code > 0x7e) {
      return 0;
    }
  }
  return 0;
}

function scanName(size: number, at: (i: number) => number): number {
  let length = 0;
  for (let i = 0; i < size; i++) {
    const code = at(i);
    if (code === COLON) return length || i;
    if (isBlank(code)) {
      if (length === 0) length = i;
      if (length === 0) return 0;
    } else if (length > 0 || code < 0x21 || code > 0x7e) {
      return 0;
    }
  }
  return 0;
}

/** Whether a line could be a header: `PREPEND` and `REPLACE` texts have to be. */
export const isHeader = (line: string): boolean => headerNameLength(line) > 0;

/** The text after the colon, without leading white space; folding stays. */
export function headerValue(header: string): string {
  let i = header.indexOf(':') + 1;
  while (i < header.length && /\s/.test(header.charAt(i))) i++;
  return header.slice(i);
}
