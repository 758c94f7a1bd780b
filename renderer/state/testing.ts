/** A mail area of any size for the tests of lists: message n has id n, newest first, made when asked for. */
import type { MessageRow } from '../../core/api/contract/mail.ts';
import type { Api } from './connection.svelte.ts';

function row(id: number, change: Partial<MessageRow> = {}): MessageRow {
  return {
    id,
    queueId: `Q${id}`,
    arrivedAt: id,
    from: 'a@b.test',
    to: 'you@localhost',
    subject: `Message ${id}`,
    preview: '',
    size: 100,
    attachments: 0,
    isRead: true,
    isStarred: false,
    tags: [],
    threadSize: 1,
    fates: [],
    ...change,
  };
}

export interface FakeMail {
  readonly api: Pick<Api, 'mail'>;
  /** The largest id; more arrive by raising it. */
  newest: number;
  /** What the folder counts say. */
  total: number;
  /** Which ids the folder has. */
  has: (id: number) => boolean;
  readonly asked: { before: number | undefined; limit: number }[];
}

/** Only what lists call; anything else fails as a missing function does. */
export function createFakeMail(newest: number): FakeMail {
  const fake: FakeMail = {
    newest,
    total: newest,
    has: () => true,
    asked: [],
    api: { mail: {} } as Pick<Api, 'mail'>,
  };
  const list = ({ before, limit = 100 }: { before?: number; limit?: number }) => {
    fake.asked.push({ before, limit });
    const messages: MessageRow[] = [];
    let id = Math.min(fake.newest, (before ?? Infinity) - 1);
    for (; id > 0 && messages.length < limit; id--) if (fake.has(id)) messages.push(row(id));
    return Promise.resolve({ messages, hasMore: id > 0 });
  };
  Object.assign(fake.api.mail, { list });
  return fake;
}
