/**
 * One way through HTML for all who read it. The parser keeps a list of what is open and looks through it at many tags,
 * so that a million nested elements would take it minutes: deeper than `MOST_DEPTH`, reading ends. (Chromium flattens
 * what is deeper than 512.)
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Parser } from 'htmlparser2';

const MOST_DEPTH = 1000;
/** Characters parsed before others get their turn. */
const PIECE = 64 * 1024;

export interface HtmlHandler {
  /** `at`: where the tag begins. */
  onopentag?(name: string, attributes: Readonly<Record<string, string>>, at: number): void;
  onclosetag?(name: string): void;
  ontext?(text: string, at: number): void;
  oncomment?(text: string, at: number): void;
}

interface Walk {
  write(text: string): void;
  /** Answers false when it ended before the HTML did. */
  end(): boolean;
}

function createWalk(handler: HtmlHandler): Walk {
  let depth = 0;
  let isTooDeep = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (isTooDeep) return;
        depth += 1;
        isTooDeep = depth > MOST_DEPTH;
        if (isTooDeep) parser.pause();
        else handler.onopentag?.(name, attributes, parser.startIndex);
      },
      onclosetag(name) {
        depth -= 1;
        if (!isTooDeep) handler.onclosetag?.(name);
      },
      ontext(text) {
        if (!isTooDeep) handler.ontext?.(text, parser.startIndex);
      },
      oncomment(text) {
        if (!isTooDeep) handler.oncomment?.(text, parser.startIndex);
      },
    },
    { decodeEntities: true },
  );
  return {
    write(text) {
      if (!isTooDeep) parser.write(text);
    },
    end() {
      if (!isTooDeep) parser.end();
      return !isTooDeep;
    },
  };
}

/** At once: for threads that have nothing else to do. */
export function walkHtmlNow(html: string, handler: HtmlHandler): boolean {
  const walk = createWalk(handler);
  walk.write(html);
  return walk.end();
}

/** In pieces, so that 5 MB of HTML do not hold up mail. Answers false when it ended early. */
export async function walkHtml(html: string, handler: HtmlHandler): Promise<boolean> {
  const walk = createWalk(handler);
  for (let at = 0; at < html.length; at += PIECE) {
    walk.write(html.slice(at, at + PIECE));
    if (at + PIECE < html.length) await nextTurn();
  }
  return walk.end();
}
