/** From tokens to a list of addresses (tok822_parse): missing commas are added, comments move behind their address. */
import type { Token } from './tokens.ts';
import { isOperator, operator, scanTokens } from './tokens.ts';

/** Works from right to left: what stands between the current token and the last boundary is one address. */
interface ParseState {
  readonly tokens: readonly Token[];
  /** Index of the current token. */
  at: number;
  /** What is finished, right to left. */
  readonly done: Token[];
  /** Tokens of the address being collected, right to left. */
  address: Token[];
  /** A word may come without a comma in front of the address so far. */
  wordAllowed: boolean;
  /** A `;` was seen: the next `:` begins a group. */
  inGroup: boolean;
}

function closeAddress(state: ParseState, missingComma: boolean): void {
  if (state.address.length === 0) return;
  state.done.push({ kind: 'addr', text: '', inner: state.address.reverse() });
  if (missingComma) state.done.push(operator(','));
  state.address = [];
}

/** Moves tokens to the finished ones as they stand, up to one for which `stops`. */
function skip(state: ParseState, stops: (token: Token) => boolean): void {
  for (;;) {
    const token = state.tokens[state.at];
    if (token === undefined || stops(token)) return;
    state.done.push(token);
    state.at -= 1;
  }
}

function openGroup(state: ParseState): void {
  closeAddress(state, false);
  state.done.push({ kind: 'startgrp', text: ':' });
  state.at -= 1;
  skip(state, (token) => isOperator(token, ','));
}

function routeAddress(state: ParseState): void {
  closeAddress(state, true);
  state.done.push(operator('>'));
  state.at -= 1;
  for (let token = state.tokens[state.at]; token !== undefined; token = state.tokens[state.at]) {
    if (isOperator(token, '<')) break;
    if (token.kind === 'comment') state.done.push(token);
    else state.address.push(token);
    state.at -= 1;
  }
  closeAddress(state, false);
  state.wordAllowed = true;
  // the phrase in front of the address is kept as it stands
  skip(state, (token) => token.kind === 'op' && '>;,:'.includes(token.text));
  const stop = state.tokens[state.at];
  if (stop !== undefined && isOperator(stop, ':') && !state.inGroup) {
    state.done.push(stop);
    state.at -= 1;
  }
}

function step(state: ParseState, token: Token): void {
  if (token.kind === 'comment') {
    state.done.push(token);
  } else if (isOperator(token, ';') || isOperator(token, ',')) {
    const endsGroup = token.text === ';';
    closeAddress(state, endsGroup);
    state.done.push(token);
    state.wordAllowed = true;
    if (endsGroup) state.inGroup = true;
  } else if (isOperator(token, ':') && state.inGroup) {
    openGroup(state);
    return;
  } else if (isOperator(token, '>')) {
    routeAddress(state);
    return;
  } else {
    const isWord = token.kind !== 'op';
    if (isWord && !state.wordAllowed) closeAddress(state, true);
    state.address.push(token);
    state.wordAllowed = !isWord;
  }
  state.at -= 1;
}

/**
 * External form to a list in which each address is one `addr` token and all else (phrases, brackets, commas,
 * comments) stands beside it.
 * @param limit header_address_token_limit; 0: none
 */
export function parseTokenTree(source: string, limit = 0): readonly Token[] {
  const tokens = scanTokens(source, limit);
  const state: ParseState = {
    tokens,
    at: tokens.length - 1,
    done: [],
    address: [],
    wordAllowed: true,
    inGroup: false,
  };
  for (let token = tokens[state.at]; token !== undefined; token = tokens[state.at]) step(state, token);
  closeAddress(state, false);
  return state.done.reverse();
}
