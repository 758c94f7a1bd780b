/** What makes a message part of a conversation: RFC 5322 section 3.6.4, and where that is missing its subject. Pure. */

export interface ThreadWords {
  /** Message-IDs that it has and names, without angle brackets: its own first. */
  readonly keys: readonly string[];
  /** The subject that it answers, when nothing but that tells; ''. */
  readonly answers: string;
}

export const LONGEST_KEY = 200;
/** The last ones are the nearest. */
const MOST_REFERENCES = 30;
const PREFIX = /^\s*(?:re|aw|sv|antw|fwd?|wg)(?:\[\d+\])?\s*:\s*/iu;

/** The subject without `Re:` and its like, white space squeezed. */
export function baseSubject(subject: string): string {
  let rest = subject.replace(/\s+/gu, ' ').trim();
  while (PREFIX.test(rest)) rest = rest.replace(PREFIX, '');
  return rest.trim();
}

const idsIn = (value: string): readonly string[] =>
  [...value.matchAll(/<([^<>\s]+)>/gu)].map(([, id = '']) => id.slice(0, LONGEST_KEY));

export function threadWords(
  headers: readonly { readonly name: string; readonly value: string }[],
): ThreadWords {
  const valueOf = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
  const own = idsIn(valueOf('message-id')).slice(0, 1);
  const named = [...idsIn(valueOf('references')), ...idsIn(valueOf('in-reply-to'))].slice(-MOST_REFERENCES);
  const subject = valueOf('subject');
  const isAnswer = named.length === 0 && PREFIX.test(subject);
  return { keys: [...new Set([...own, ...named])], answers: isAnswer ? baseSubject(subject) : '' };
}
