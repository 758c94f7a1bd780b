/** The grammar: terms side by side must all hold, `or` binds weaker, `-` or NOT turns round, brackets group. */
import { isSearchOperator, operatorCondition, textCondition, unknownOperator } from './conditions.ts';
import { searchTokens, type SearchToken } from './tokens.ts';
import type { SearchNode, SearchProblem } from './tree.ts';

export type ParsedSearch =
  /** `node` undefined: nothing was typed, everything is meant. */
  | { readonly kind: 'search'; readonly node: SearchNode | undefined }
  | { readonly kind: 'wrong'; readonly problem: SearchProblem };

/** Beyond these a search is no search any more, and SQLite's own limits are near. */
const LONGEST = 4000;
const MOST_TERMS = 100;
const DEEPEST = 30;

const NOTHING: SearchNode = { kind: 'nothing' };

/** A list of one is that one; 'ignored' terms are left out. */
function joined(kind: 'and' | 'or', nodes: readonly (SearchNode | 'ignored')[]): SearchNode | 'ignored' {
  const real = nodes.filter((node) => node !== 'ignored');
  const [first] = real;
  if (first === undefined) return 'ignored';
  return real.length === 1 ? first : { kind, nodes: real };
}

class Parser {
  readonly #tokens: readonly SearchToken[];
  readonly #now: number;
  readonly #end: number;
  #next = 0;
  #terms = 0;
  problem: SearchProblem | undefined;

  constructor(text: string, now: number) {
    this.#tokens = searchTokens(text);
    this.#now = now;
    this.#end = text.length;
  }

  parse(): SearchNode | 'ignored' {
    const node = this.#either('', 0);
    const left = this.#peek();
    if (left?.kind === 'close') this.#fail(left, 'There is no opening bracket for this one');
    return node;
  }

  #peek(): SearchToken | undefined {
    return this.problem === undefined ? this.#tokens[this.#next] : undefined;
  }

  /** The first problem is the one that is told. */
  #fail({ at, length }: { readonly at: number; readonly length: number }, message: string): 'ignored' {
    this.problem ??= { at, length, message };
    return 'ignored';
  }

  /** `operator`: what the words in its brackets belong to; '' outside of any. */
  #either(operator: string, depth: number): SearchNode | 'ignored' {
    const nodes = [this.#all(operator, depth)];
    for (let token = this.#peek(); token?.kind === 'or'; token = this.#peek()) {
      const isFirst = this.#next === 0;
      this.#next += 1;
      const after = this.#peek();
      if (isFirst || after === undefined || after.kind === 'or' || after.kind === 'close') {
        return this.#fail(
          token,
          '“or” needs something on both sides; put it into quotes to look for the word',
        );
      }
      nodes.push(this.#all(operator, depth));
    }
    return joined('or', nodes);
  }

  #all(operator: string, depth: number): SearchNode | 'ignored' {
    const nodes: (SearchNode | 'ignored')[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === 'close' || token.kind === 'or') break;
      if (token.kind === 'and') this.#next += 1;
      else nodes.push(this.#term(token, operator, depth));
    }
    return joined('and', nodes);
  }

  #term(token: SearchToken, operator: string, depth: number): SearchNode | 'ignored' {
    this.#terms += 1;
    if (this.#terms > MOST_TERMS) return this.#fail(token, `A search has at most ${MOST_TERMS} terms`);
    this.#next += 1;
    switch (token.kind) {
      case 'not':
        return this.#opposite(token, operator, depth);
      case 'open':
        return this.#group(token, operator, depth);
      case 'operator':
        return this.#operation(token, depth);
      case 'word':
        return this.#condition(operator, token);
      default:
        return 'ignored';
    }
  }

  #opposite(token: SearchToken, operator: string, depth: number): SearchNode | 'ignored' {
    const next = this.#peek();
    if (depth >= DEEPEST) return this.#fail(token, 'This goes too deep');
    if (next === undefined || next.kind === 'close' || next.kind === 'or') {
      return this.#fail(token, 'Nothing follows that could be left out');
    }
    const node = this.#term(next, operator, depth + 1);
    return node === 'ignored' ? node : { kind: 'not', node };
  }

  #group(token: SearchToken, operator: string, depth: number): SearchNode | 'ignored' {
    if (depth >= DEEPEST) return this.#fail(token, 'Brackets go too deep');
    const first = this.#peek();
    if (first?.kind === 'or') return this.#fail(first, '“or” needs something on both sides');
    const node = this.#either(operator, depth + 1);
    const close = this.#peek();
    if (close?.kind !== 'close') return this.#fail(token, 'This bracket is never closed');
    this.#next += 1;
    return node;
  }

  #operation(token: Extract<SearchToken, { kind: 'operator' }>, depth: number): SearchNode | 'ignored' {
    const { name, hasValue } = token;
    if (!isSearchOperator(name)) return this.#fail(token, unknownOperator(name));
    const next = this.#peek();
    if (!hasValue || next === undefined) {
      return this.#fail(token, `${name}: needs a value right after the colon`);
    }
    this.#next += 1;
    if (next.kind === 'open') return this.#group(next, name, depth + 1);
    return next.kind === 'word' ? this.#condition(name, next) : 'ignored';
  }

  #condition(operator: string, word: Extract<SearchToken, { kind: 'word' }>): SearchNode | 'ignored' {
    if (!word.isClosed) {
      return this.#fail({ at: word.at, length: this.#end - word.at }, 'This quote is never closed');
    }
    const value = { text: word.text, isQuoted: word.isQuoted, now: this.#now };
    const condition = operator === '' ? textCondition('any', value) : operatorCondition(operator, value);
    if (typeof condition === 'object' && 'wrong' in condition) return this.#fail(word, condition.wrong);
    return condition;
  }
}

/** Reads what a person typed. `now`: ms since the epoch, for `after:7d`. */
export function parseSearch(text: string, now: number): ParsedSearch {
  if (text.length > LONGEST) {
    const problem = {
      at: LONGEST,
      length: text.length - LONGEST,
      message: `A search has at most ${LONGEST} characters`,
    };
    return { kind: 'wrong', problem };
  }
  if (text.trim() === '') return { kind: 'search', node: undefined };
  const parser = new Parser(text, now);
  const node = parser.parse();
  if (parser.problem !== undefined) return { kind: 'wrong', problem: parser.problem };
  return { kind: 'search', node: node === 'ignored' ? NOTHING : node };
}
