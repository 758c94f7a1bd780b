/**
 * Address fields as people fill them in (From, To, Cc, Bcc): a list of mailboxes, each an address with or without a
 * name, separated by commas, semicolons or line ends. Stricter than RFC 822 tokens: what is no address is told.
 */

export interface Mailbox {
  /** '' when there is none. */
  readonly name: string;
  /** As typed: external form. */
  readonly address: string;
}

export interface MailboxList {
  readonly mailboxes: readonly Mailbox[];
  /** What stands there and is no address. */
  readonly bad: readonly string[];
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '<': '>', '(': ')', '[': ']' };

/** At separators that stand in no quotes, brackets or comments. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  let end = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (end === '' && /[,;\n]/.test(char)) {
      found.push(piece);
      piece = '';
      continue;
    }
    if (char === end) end = '';
    else if (end === '') end = CLOSING[char] ?? '';
    piece += char;
    if (char === '\\') {
      at += 1;
      piece += text.charAt(at);
    }
  }
  return [...found, piece].map((each) => each.trim()).filter((each) => each !== '');
}

const LOCAL = '(?:"(?:\\\\.|[^"\\\\])*"|[^\\s"<>()\\[\\],;:@]+)';
const ADDRESS = new RegExp(`^${LOCAL}(?:@(?:\\[[^\\s\\[\\]]+\\]|[^\\s"<>()\\[\\],;:@]+))?$`);
/** `Friends: a@b, c@d;` (RFC 5322 section 3.4): the name of a group addresses nobody. */
const GROUP_NAME = /^[^<>@"]*:\s*/;

const unquoted = (name: string) =>
  /^"(?:\\.|[^"\\])*"$/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name;

function mailboxOf(piece: string): Mailbox | undefined {
  const [, name = '', inner] = /^(.*?)<([^<>]*)>$/s.exec(piece) ?? [];
  const address = (inner ?? piece.replace(/\([^()]*\)/g, '')).trim();
  if (!ADDRESS.test(address)) return undefined;
  return { name: unquoted(name.trim()), address };
}

export function parseMailboxes(text: string): MailboxList {
  const mailboxes: Mailbox[] = [];
  const bad: string[] = [];
  for (const piece of pieces(text)) {
    const member = piece.replace(GROUP_NAME, '');
    if (member === '') continue;
    const mailbox = mailboxOf(member);
    if (mailbox === undefined) bad.push(piece);
    else mailboxes.push(mailbox);
  }
  return { mailboxes, bad };
}

/** `Name <a@b>`, the name in quotes where it needs them. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === '') return address;
  const isPlain = /^[^"\\<>()[\]:;@,.]+$/.test(name);
  return `${isPlain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`;
}
