/**
 * An SMTP command line as words (smtpd_token): white space separates, `<...>` and `"..."` stay together, and `FROM:`
 * and `TO:` end a word, so that `MAIL FROM:<a@b> SIZE=1` is `MAIL`, `FROM:`, `<a@b>`, `SIZE=1`.
 */
export interface SmtpWord {
  readonly text: string;
  /** A bracket or quote was not closed: `501 ... Bad sender address syntax`, without a log line. */
  readonly isBroken: boolean;
}

/** Reads up to the closing bracket or quote that belongs to the one at `from`, with those nested in it. */
function closingIndex(line: string, from: number): number {
  const wanted = [line.charAt(from) === '<' ? '>' : '"'];
  for (let at = from + 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '\\') {
      at += 1;
    } else if (char === wanted.at(-1)) {
      wanted.pop();
      if (wanted.length === 0) return at;
    } else if (wanted.at(-1) !== '"' && (char === '<' || char === '"')) {
      wanted.push(char === '<' ? '>' : '"');
    }
  }
  return -1;
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING = new Set([0x3c, 0x22]);

/** ISSPACE of ASCII: blank, tab, line feed, vertical tab, form feed, carriage return. */
const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

const isPathKeyword = (text: string): boolean => /^(?:to|from):$/i.test(text);

/** A word is a piece of the line: it is looked for by places and cut out once. */
function nextWord(line: string, from: number): { word: SmtpWord; at: number } {
  let isBroken = false;
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (isBlank(code)) break;
    if (OPENING.has(code)) {
      const end = closingIndex(line, at);
      isBroken ||= end < 0;
      at = end < 0 ? line.length : end + 1;
      continue;
    }
    at += code === BACKSLASH ? 2 : 1;
    if (code === COLON && isPathKeyword(line.slice(from, at))) break;
  }
  return { word: { text: line.slice(from, at), isBroken }, at };
}

export function splitSmtpCommand(line: string): readonly SmtpWord[] {
  const words: SmtpWord[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line.charCodeAt(at))) at += 1;
    if (at >= line.length) return words;
    const next = nextWord(line, at);
    words.push(next.word);
    at = next.at;
  }
}
