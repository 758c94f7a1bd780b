/**
 * A style sheet's rules, selectors and declarations with their places (CSS Syntax Level 3, what is needed of it).
 * Forgiving: what cannot be understood is skipped, and no text makes it look at a character many times.
 */
export interface CssHandler {
  /** `name` without the `@`, lower case; `prelude` what follows it. */
  atRule(name: string, prelude: string, at: number): void;
  selector(selector: string, at: number, isNested: boolean): void;
  declaration(property: string, value: string, at: number): void;
  comment(at: number): void;
}

/** At-rules with rules, not declarations, inside of them. */
const GROUPING = new Set(['media', 'supports', 'layer', 'container', 'scope', 'document']);

interface Scan {
  readonly handler: CssHandler;
  readonly offset: number;
  /** What each open block is: a rule, or a group of rules. */
  readonly blocks: ('rule' | 'group' | 'other')[];
}

function takeDeclaration({ handler, offset }: Scan, text: string, at: number): void {
  const colon = text.indexOf(':');
  const property = text.slice(0, colon).trim().toLowerCase();
  if (colon <= 0 || !/^-{0,2}[a-z_][\w-]*$/.test(property)) return;
  const lead = text.length - text.trimStart().length;
  handler.declaration(property, text.slice(colon + 1).trim(), offset + at + lead);
}

function takePrelude(scan: Scan, text: string, at: number): void {
  const { handler, offset, blocks } = scan;
  const words = text.trim();
  const place = offset + at + (text.length - text.trimStart().length);
  const name = /^@([\w-]+)/.exec(words)?.[1]?.toLowerCase();
  if (name !== undefined) {
    handler.atRule(name, words.slice(name.length + 1).trim(), place);
    blocks.push(GROUPING.has(name) ? 'group' : name.endsWith('keyframes') ? 'other' : 'rule');
    return;
  }
  const around = blocks.at(-1);
  if (around !== 'other' && words !== '') handler.selector(words, place, around === 'rule');
  blocks.push('rule');
}

/** What stands before a `;`: a statement (`@import`), or a declaration. */
function takeStatement(scan: Scan, text: string, at: number): void {
  const name = /^\s*@([\w-]+)/.exec(text)?.[1];
  if (name === undefined) {
    if (scan.blocks.at(-1) === 'rule') takeDeclaration(scan, text, at);
    return;
  }
  const lead = text.length - text.trimStart().length;
  scan.handler.atRule(
    name.toLowerCase(),
    text
      .trim()
      .slice(name.length + 1)
      .trim(),
    scan.offset + at + lead,
  );
}

/** @param offset what is added to places: where the sheet begins in the document */
export function scanStyleSheet(css: string, offset: number, handler: CssHandler): void {
  scan(css, { handler, offset, blocks: [] });
}

export function scanStyleAttribute(css: string, offset: number, handler: CssHandler): void {
  scan(`${css};`, { handler, offset, blocks: ['rule'] });
}

function scan(css: string, state: Scan): void {
  const ends = /\/\*|["'{};]/g;
  let pieces: string[] = [];
  let begin = 0;
  let from = 0;
  const take = (to: number) => {
    pieces.push(css.slice(from, to));
    const text = pieces.join('');
    pieces = [];
    return text;
  };
  for (let match = ends.exec(css); match !== null; match = ends.exec(css)) {
    const [end] = match;
    if (end === '/*') {
      state.handler.comment(state.offset + match.index);
      pieces.push(css.slice(from, match.index));
      const close = css.indexOf('*/', match.index + 2);
      from = close < 0 ? css.length : close + 2;
      if (pieces.every((piece) => piece.trim() === '')) {
        pieces = [];
        begin = from;
      }
    } else if (end === '"' || end === "'") {
      const close = css.indexOf(end, match.index + 1);
      ends.lastIndex = close < 0 ? css.length : close + 1;
      continue;
    } else {
      const text = take(match.index);
      if (end === '{') takePrelude(state, text, begin);
      else takeStatement(state, text, begin);
      if (end === '}') state.blocks.pop();
      from = match.index + 1;
      begin = from;
    }
    ends.lastIndex = from;
  }
}
