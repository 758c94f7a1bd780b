import type { MessageDetail } from '../../core/api/contract/mail.ts';
import { partUrl, storedMessage } from '../../core/api/contract/resources.ts';
import { decodedText } from './bytes.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';

export const COMPARED = ['headers', 'text', 'html'] as const;
export type Compared = (typeof COMPARED)[number];

interface ComparedSide {
  readonly id: number;
  readonly subject: string;
  readonly texts: Readonly<Record<Compared, string>>;
}

/** HTML beyond this is cut: nobody compares more by eye. */
const MOST_HTML = 300_000;

const headersOf = ({ headers }: MessageDetail) =>
  headers.map(({ name, value, raw }) => `${name}: ${raw ?? value}`).join('\n');

/** Two messages side by side. */
export class Compare {
  isOpen = $state(false);
  sides = $state.raw<readonly [ComparedSide, ComparedSide] | undefined>();
  failure = $state('');
  tab = $state<Compared>('headers');
  readonly #api: Pick<Api, 'mail'>;
  readonly #fetch: (url: string) => Promise<Response>;
  #asked = 0;

  constructor(api: Pick<Api, 'mail'>, fetch: (url: string) => Promise<Response>) {
    this.#api = api;
    this.#fetch = fetch;
  }

  /** The older one stands on the left. */
  async open(ids: ReadonlySet<number>): Promise<void> {
    const [first, second] = [...ids].sort((a, b) => a - b);
    if (first === undefined || second === undefined || ids.size !== 2) return;
    const asked = ++this.#asked;
    this.isOpen = true;
    this.sides = undefined;
    this.failure = '';
    try {
      const sides = await Promise.all([this.#side(first), this.#side(second)]);
      if (asked === this.#asked) this.sides = sides;
    } catch (cause) {
      if (asked === this.#asked) this.failure = explain(cause);
    }
  }

  async #side(id: number): Promise<ComparedSide> {
    const message = await this.#api.mail.get({ id });
    const html = await this.#html(message);
    const texts = { headers: headersOf(message), text: message.text, html };
    return { id, subject: message.subject, texts };
  }

  async #html({ id, parts }: MessageDetail): Promise<string> {
    const part = parts.find(({ contentType, isAttachment }) => contentType === 'text/html' && !isAttachment);
    if (part === undefined) return '';
    const answer = await this.#fetch(partUrl(storedMessage(id), part.number, { first: MOST_HTML }));
    return answer.ok ? decodedText(await answer.arrayBuffer(), part.charset) : '';
  }
}
