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

const isBlank = (char: string): boolean => /\s/.test(char);

function nextWord(line: string, from: number): { word: SmtpWord; at: number } {
  let text = '';
  let isBroken = false;
  let at = from;
  while (at < line.length && !isBlank(line.charAt(at))) {
    const char = line.charAt(at);
    if (char === '<' || char === '"') {
      const end = closingIndex(line, at);
      isBroken ||= end < 0;
      text += line.slice(at, end < 0 ? line.length : end + 1);
      at = end < 0 ? line.length : end + 1;
      continue;
    }
    const length = char === '\\' ? 2 : 1;
    text += line.slice(at, at + length);
    at += length;
    if (char === ':' && /^(?:to|from):$/i.test(text)) break;
  }
  return { word: { text, isBroken }, at };
}

export function splitSmtpCommand(line: string): readonly SmtpWord[] {
  const words: SmtpWord[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line.charAt(at))) at += 1;
    if (at >= line.length) return words;
    const next = nextWord(line, at);
    words.push(next.word);
    at = next.at;
  }
}
