import { explain } from './failure.ts';

export type LineEnds = 'CRLF' | 'LF' | 'CR' | 'mixed' | 'none';

/** Beyond this a text is cut: a view of more is of no use, and saving has it all. */
export const SHOWN_BYTES = 2_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const western = new TextDecoder('windows-1252');

/** Bytes as text: UTF-8, or each byte for itself where they are something else. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

export function lineEndsOf(text: string): LineEnds {
  const kinds = new Set(text.match(/\r\n|\r|\n/g));
  if (kinds.size > 1) return 'mixed';
  if (kinds.has('\r\n')) return 'CRLF';
  if (kinds.has('\n')) return 'LF';
  return kinds.has('\r') ? 'CR' : 'none';
}

interface LoadedText {
  readonly url: string;
  readonly text: string;
  readonly bytes: number;
  readonly isCut: boolean;
  readonly lineEnds: LineEnds;
}

/** The bytes behind a URL, to be read as text. */
export class TextResource {
  loaded = $state.raw<LoadedText | undefined>();
  failure = $state('');
  #wanted = '';
  readonly #fetch: (url: string) => Promise<Response>;

  constructor(fetch: (url: string) => Promise<Response>) {
    this.#fetch = fetch;
  }

  /** `url` gives the first bytes of the text when asked by `first`; `size` is how many there are. */
  async load(url: string, size: number, first: (bytes: number) => string): Promise<void> {
    if (url === this.#wanted && this.failure === '') return;
    this.#wanted = url;
    this.loaded = undefined;
    this.failure = '';
    const isCut = size > SHOWN_BYTES;
    try {
      const response = await this.#fetch(isCut ? first(SHOWN_BYTES) : url);
      if (!response.ok) throw new Error(await response.text());
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (url !== this.#wanted) return;
      const text = decode(bytes);
      this.loaded = { url, text, bytes: bytes.length, isCut, lineEnds: lineEndsOf(text) };
    } catch (cause) {
      if (url === this.#wanted) this.failure = explain(cause);
    }
  }
}
