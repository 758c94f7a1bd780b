/** A small engine in memory, for the doors' tests: a few messages, a queue, events on demand. */
import { createDnsArea } from '../../engine/dns-area.ts';
import type { ParameterView } from '../contract/config.ts';
import type { DnsStore } from '../../store/store.ts';
import type { DnsRecord } from '../../util/dns-record.ts';
import { createClock } from '../../util/clock.ts';
import type { Clock } from '../../util/clock.ts';
import type { Sent } from '../areas/hand-in.ts';
import type { MessageDetail } from '../contract/mail.ts';
import type { Status } from '../contract/sandbox.ts';
import type { SubmitInput } from '../contract/mail.ts';
import type { Engine, EngineEvent } from '../engine.ts';

export interface FakeEngine extends Engine {
  emit(event: EngineEvent): void;
  readonly listeners: number;
  readonly calls: { readonly name: string; readonly input: unknown }[];
  readonly parts: Map<string, { contentType: string; fileName: string; body: Uint8Array }>;
  html: string | undefined;
}

function fakeMessage(id: number): MessageDetail {
  return {
    id,
    queueId: `QID${id}`,
    arrivedAt: 1_700_000_000_000 + id,
    from: 'Büro <you@localhost>',
    to: 'root@localhost',
    subject: `Message ${id}`,
    preview: 'Hello',
    size: 1234,
    attachments: 0,
    isRead: false,
    isStarred: false,
    tags: [],
    threadSize: 1,
    fates: [
      {
        recipient: 'root',
        address: 'you@localhost',
        status: 'delivered',
        mailbox: 'you',
        dsn: '2.0.0',
        reason: 'ok',
      },
    ],
    envelope: {
      sender: 'you@localhost',
      recipients: ['root@localhost'],
      clientName: 'localhost',
      clientAddress: '127.0.0.1',
      helo: 'x',
      protocol: 'ESMTP',
      service: 'smtp',
      origin: 'smtpd',
    },
    headers: [{ name: 'Subject', value: `Message ${id}` }],
    headerCount: 1,
    parts: [],
    hasHtml: false,
    text: 'Hello',
    remoteResources: 0,
    journey: [],
    related: [],
  };
}

const NOTHING_TRACED = { journey: [], replies: [], fates: [], created: [] };
const HANDED_IN: Sent = {
  kind: 'handed-in',
  result: { queueId: 'NEW1', id: 3, refused: [], replies: [] },
};
const NO_LINES = { first: 1, next: 1, lines: [] };
const COUNTS = { incoming: 0, active: 0, deferred: 1, hold: 0 };

export const FAKE_STATUS: Status = {
  version: '0.0.0',
  pid: 42,
  startedAt: 0,
  configDir: '/config',
  dataDir: '/data',
  loginUser: 'you',
  listeners: [{ service: 'smtp', host: '127.0.0.1', port: 1025, tls: 'none' }],
  http: null,
  messages: 2,
  bytes: 2468,
  rate: 0,
  queue: COUNTS,
  config: { revision: 1, appliedAt: 0, problems: [] },
  clock: { now: 0, skippedMs: 0, msPerSecond: 0 },
  warnings: [],
};

/** A DNS table in memory. */
function createDnsStore(): DnsStore {
  let records: readonly DnsRecord[] = [];
  return {
    find: (name) => records.filter((record) => record.name === name),
    isEmpty: () => records.length === 0,
    list: () => records,
    put(added, { replaces = false } = {}) {
      records = [...(replaces ? [] : records), ...added];
      return Promise.resolve();
    },
    remove({ name, type, value }) {
      const left = records.filter(
        (record) =>
          (name !== undefined && record.name !== name) ||
          (type !== undefined && record.type !== type) ||
          (value !== undefined && record.value !== value),
      );
      const removed = records.length - left.length;
      records = left;
      return Promise.resolve(removed);
    },
  };
}

const KEEPING = {
  binDays: 30,
  mostMessages: null,
  mostDays: null,
  mostBytes: null,
  tagsFromHeader: true,
  tagsFromPlus: false,
};

type Note = <T>(name: string, input: unknown, answer: T) => Promise<T>;

const createFakeFinding = (note: Note): Engine['finding'] => ({
  tag: (ids, change) => note('tag', { ids, change }, ids),
  renameTag: (from, to) => note('renameTag', { from, to }, true),
  removeTag: (name) => note('removeTag', name, 1),
  putSearch: ({ id = 1, name, search }) => note('putSearch', { id, name, search }, { id, name, search }),
  removeSearch: (id) => note('removeSearch', id, true),
  rules: () => Promise.resolve([]),
  addRule: (rule) => note('addRule', rule, [{ id: 1, ...rule }]),
  removeRule: (id) => note('removeRule', id, []),
  keeping: () => Promise.resolve(KEEPING),
  setKeeping: (change) => note('setKeeping', change, KEEPING),
});

const parameterView = (name: string): ParameterView => ({
  name,
  known: true,
  default: 'd',
  value: 'v',
  expanded: 'v',
  effect: 'works',
  about: 'What it does.',
});

export function createFakeEngine(options: { readonly clock?: Clock } = {}): FakeEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const calls: { name: string; input: unknown }[] = [];
  const parts: FakeEngine['parts'] = new Map();
  const messages = new Map([1, 2].map((id) => [id, fakeMessage(id)]));
  const source = Buffer.from('Subject: raw\r\n\r\nbody\r\n');
  const note = <T>(name: string, input: unknown, answer: T): Promise<T> => {
    calls.push({ name, input });
    return Promise.resolve(answer);
  };
  const known = (ids: readonly number[]) => ids.filter((id) => messages.has(id));
  const fake: FakeEngine = {
    clock: options.clock ?? createClock(),
    html: undefined,
    parts,
    calls,
    get listeners() {
      return listeners.size;
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => Promise.resolve(FAKE_STATUS),
    reload: () => note('reload', undefined, { revision: 2, problems: [] }),
    requestStop: () => {
      calls.push({ name: 'stop', input: undefined });
    },
    submit: (input: SubmitInput) => note('submit', input, { queueId: 'NEW1', id: 3 }),
    lab: {
      trace: (input) =>
        note('trace', input, {
          kind: 'traced',
          result: NOTHING_TRACED,
        }),
      compare: (input) =>
        note('compare', input, {
          kind: 'compared',
          inUse: NOTHING_TRACED,
          draft: NOTHING_TRACED,
          difference: null,
        }),
      async *replay(query) {
        calls.push({ name: 'replay', input: query });
        yield await Promise.resolve({ kind: 'progress', done: 0, total: 0 } as const);
        yield { kind: 'done', result: { messages: 0, refusals: 0, same: 0, changed: [] } };
      },
      compareReplayed: (query) => note('compareReplayed', query, { kind: 'no-message' } as const),
    },
    runTableCommand: (command, args, stdin) =>
      note('tables', { command, args, stdin }, { exit: 0, stdout: 'out\n', stderr: '' }),
    mail: {
      list: (query) => note('list', query, { messages: [...messages.values()], hasMore: false }),
      thread: () => Promise.resolve([]),
      ids: (query) => note('ids', query, [...messages.keys()]),
      addresses: () => Promise.resolve([]),
      folders: () =>
        Promise.resolve({
          all: 2,
          unread: 2,
          starred: 0,
          undeliverable: 0,
          held: 0,
          refused: 0,
          bin: 0,
          mailboxes: [{ name: 'you', total: 2, unread: 2 }],
          aliases: [],
          tags: [],
          searches: [],
        }),
      get: (id) => Promise.resolve(messages.get(id)),
      mark: (ids, marks) => note('mark', { ids, marks }, known(ids)),
      remove: (ids) => note('remove', ids, known(ids)),
      restore: (ids) => note('restore', ids, known(ids)),
      purge: (ids) => note('purge', ids, []),
      inside: () => Promise.resolve(undefined),
      details: () => Promise.resolve(undefined),
      checks: () => Promise.resolve(undefined),
      askLinks: () => Promise.resolve(undefined),
      print: () => Promise.resolve(undefined),
      attachments: () => Promise.resolve(undefined),
      source: ({ id }) => Promise.resolve(messages.has(id) ? source : undefined),
      delivered: (id, mailbox, copy = 0) => {
        const isThere = messages.has(id) && copy === 0;
        return Promise.resolve(isThere ? Buffer.from(`Delivered-To: ${mailbox ?? ''}\n\nbody\n`) : undefined);
      },
      html: ({ id }, { partUrl, linkUrl }) =>
        Promise.resolve(
          messages.has(id)
            ? fake.html
                ?.replace('cid:logo', partUrl('2'))
                .replace(/link:(\S+)(?=")/, (_, to: string) => linkUrl?.(to) ?? to)
            : undefined,
        ),
      part: ({ id }, number) => Promise.resolve(messages.has(id) ? parts.get(number) : undefined),
    },
    finding: createFakeFinding(note),
    drafts: {
      list: () => Promise.resolve([]),
      get: () => Promise.resolve(undefined),
      save: (fields, id) => note('draft.save', { fields, id }, id ?? 1),
      attach: () => Promise.resolve(undefined),
      detach: () => Promise.resolve(false),
      remove: (ids) => note('draft.remove', ids, ids.length),
      send: (id) => note('draft.send', id, { kind: 'gone' }),
    },
    handIn: {
      resend: (input) => note('resend', input, HANDED_IN),
      inject: (input) => note('inject', input, HANDED_IN),
      import: (input) => note('import', input, { results: input.messages.map((_, at) => ({ id: at + 3 })) }),
    },
    time: {
      state: () => FAKE_STATUS.clock,
      skip: (milliseconds) => note('clock.skip', milliseconds, undefined),
      run: (msPerSecond) => {
        calls.push({ name: 'clock.run', input: msPerSecond });
      },
      reset: () => note('clock.reset', undefined, undefined),
    },
    log: {
      read: (query) => note('log.read', query, NO_LINES),
      find: (query) => note('log.find', query, NO_LINES),
      messageOf: () => undefined,
    },
    sessions: { list: () => [], get: () => undefined },
    refusals: {
      list: () => Promise.resolve({ refusals: [], hasMore: false }),
      get: () => Promise.resolve(undefined),
    },
    queue: {
      list: (query) => note('queue.list', query, []),
      counts: () => Promise.resolve(COUNTS),
      bouncedToday: () => Promise.resolve(0),
      act: (order) => note('act', order, { changed: order.ids === 'ALL' ? ['AAA', 'BBB'] : order.ids }),
      undo: (undo) => note('undo', undo, ['AAA']),
      recipients: () => Promise.resolve(undefined),
      history: () => [],
      cat: (queueId, what) => note('cat', { queueId, what }, queueId === 'NONE' ? undefined : 'queue file\n'),
      log: () => Promise.resolve(['line']),
    },
    config: {
      directory: '/config',
      files: () =>
        Promise.resolve([{ name: 'main.cf', size: 10, modifiedAt: 0, kind: 'main', isStale: false }]),
      read: (name) => Promise.resolve(name === 'main.cf' ? { text: 'a = b\n', version: 'v1' } : undefined),
      check: (drafts) => note('check', drafts, []),
      apply: (files, force) => {
        if (files['main.cf']?.version === 'old') {
          return Promise.resolve({ kind: 'conflict', files: ['main.cf'] });
        }
        const problem = { severity: 'error', file: 'main.cf', line: 1, message: 'bad' } as const;
        if (files['main.cf']?.text === 'bad' && !force) {
          return Promise.resolve({ kind: 'invalid', problems: [problem] });
        }
        return note('apply', { files, force }, { kind: 'applied', revision: 2, problems: [] } as const);
      },
      compare: (drafts) => note('compare', drafts, { parameters: [], services: [], entries: [] }),
      revisions: () => Promise.resolve([]),
      revision: () => Promise.resolve(undefined),
      restore: (number, force) =>
        note(
          'restore',
          { number, force },
          number === 1 ? ({ kind: 'applied', revision: 3, problems: [] } as const) : undefined,
        ),
      settings: () => Promise.resolve([]),
      parameters: () => Promise.resolve([parameterView('myhostname')]),
      parameter: (name) => Promise.resolve(parameterView(name)),
    },
    recipes: {
      list: () => Promise.resolve([]),
      plan: () => Promise.resolve(undefined),
      apply: (id) => note('recipe.apply', id, id === 'there' ? 'nothing' : undefined),
      undo: () => Promise.resolve(undefined),
      test: () => Promise.resolve(undefined),
    },
    users: {
      list: () => Promise.resolve([{ name: 'you', isLogin: true, messages: 2 }]),
      add: (name) => note('user.add', name, name !== 'you'),
      remove: (name) => note('user.remove', name, name === 'you'),
    },
    dns: createDnsArea(createDnsStore(), { list: () => [] }),
  };
  return fake;
}
