/** What was said in a session, for refusals and for the postmaster's copy: bounded, secrets masked, no message content. */
import type { TranscriptLine } from '../mail/refusal.ts';

const MAX_LINES = 1000;
const MAX_CHARACTERS = 64 * 1024;

export interface Transcript {
  add(from: TranscriptLine['from'], line: string): void;
  readonly lines: readonly TranscriptLine[];
  clear(): void;
}

/** @param keep is given every line, also when this transcript is full */
export function createTranscript(now: () => number, keep?: (line: TranscriptLine) => void): Transcript {
  let lines: TranscriptLine[] = [];
  let characters = 0;
  let isFull = false;
  let isChallenged = false;

  function masked(line: string): string {
    return isChallenged ? '(hidden)' : maskSecrets(line);
  }

  return {
    add(from, line) {
      if (isFull && keep === undefined) return;
      const shown = from === 'client' ? masked(line) : line;
      // what answers a challenge is a name or a password (RFC 4954 section 4)
      isChallenged = from === 'server' && line.startsWith('334');
      const said: TranscriptLine = { at: now(), from, line: shown };
      keep?.(said);
      if (isFull) return;
      characters += shown.length;
      isFull = lines.length + 1 >= MAX_LINES || characters > MAX_CHARACTERS;
      lines.push(isFull ? { ...said, line: '(more was said)' } : said);
    },
    get lines() {
      return lines;
    },
    clear() {
      lines = [];
      characters = 0;
      isFull = false;
    },
  };
}

/** AUTH with an initial response, and nothing else, carries credentials on the command line. */
function maskSecrets(line: string): string {
  if (!/^\s*a/i.test(line)) return line;
  return line.replace(/^(\s*auth\s+\S+\s+)\S.*$/i, '$1(hidden)');
}
