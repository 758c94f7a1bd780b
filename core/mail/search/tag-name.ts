/** Names of tags, and which searches may tag new mail. */
import type { SearchNode } from './tree.ts';

const LONGEST = 60;

/** One line, single spaces, no quotes or commas (which part tags from one another); '' when nothing is left. */
export const tagName = (typed: string): string =>
  typed
    .replace(/[\p{C}",]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, LONGEST)
    .trim();

/** Conditions whose answer is known when a message has just arrived, and stays the same. */
const KNOWN_AT_ONCE: ReadonlySet<SearchNode['kind']> = new Set([
  'text',
  'header',
  'tag',
  'has',
  'larger',
  'smaller',
  'message-id',
]);

/** What keeps a search from being a rule; undefined: nothing. */
export function ruleProblem(node: SearchNode | undefined): string | undefined {
  if (node === undefined || node.kind === 'nothing') return 'A rule needs something to look for.';
  if (node.kind === 'and' || node.kind === 'or') {
    return node.nodes.map(ruleProblem).find((problem) => problem !== undefined);
  }
  if (node.kind === 'not') return ruleProblem(node.node);
  if (KNOWN_AT_ONCE.has(node.kind)) return undefined;
  return `A rule looks at each message once, as it arrives: ${node.kind}: has no answer then.`;
}
