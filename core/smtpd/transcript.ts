/** What was said in a session, for refusals and for the postmaster's copy: bounded, secrets masked, no message content. */
import type { TranscriptLine } from '../mail/refusal.ts';

const MAX_LINES = 1000;
const MAX_CHARACTERS = 64 * 1024;

export interface Transcript {
  add(from: TranscriptLine['from'], line: string): void;
  readonly lines: readonly TranscriptLine[];
  clear(): void;
}

export function createTranscript(now: () => number): Transcript {
  let lines: TranscriptLine[] = [];
  let characters = 0;
  let isFull = false;
  return {
    add(from, line) {
      if (isFull) return;
      const shown = from === 'client' ? maskSecrets(line) : line;
      characters += shown.length;
      isFull = lines.length + 1 >= MAX_LINES || characters > MAX_CHARACTERS;
      lines.push({ at: now(), from, line: isFull ? '(more was said)' : shown });
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
