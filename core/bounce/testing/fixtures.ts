/** Messages, outcomes and a bounce on settings of a few lines, for tests. */
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import type { Outcome } from '../../mail/message.ts';
import type { QueueId } from '../../mail/queue-id.ts';
import type { Clock } from '../../util/clock.ts';
import type { LogFactory } from '../../util/log.ts';
import type { BouncedMessage, Notice, OriginalContent } from '../bounce.ts';
import { createBounce } from '../bounce.ts';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 10, 22, 21, 0, 0);
const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
export const golden = (name: string): string =>
  readFileSync(new URL(`../golden/${name}.ref`, import.meta.url), 'utf8');

const DEFAULTS: Readonly<Record<string, string>> = {
  '2bounce_notice_recipient': 'postmaster',
  bounce_notice_recipient: 'postmaster',
  bounce_size_limit: '50000',
  bounce_template_file: '',
  delay_notice_recipient: 'postmaster',
  delay_warning_time: '14400',
  double_bounce_sender: 'double-bounce',
  enable_threaded_bounces: 'no',
  error_notice_recipient: 'postmaster',
  header_from_format: 'standard',
  internal_mail_filter_classes: '',
  mail_name: 'Postfix',
  maximal_queue_lifetime: '432000',
  myhostname: 'localhost',
  notify_classes: 'resource, software',
  smtputf8_enable: 'yes',
  syslog_name: 'postfix',
};

function fakeConfig(settings: Readonly<Record<string, string>> = {}): Config {
  const get = (name: string): string => settings[name] ?? DEFAULTS[name] ?? '';
  const config: Config = {
    directory: '/nowhere',
    services: [],
    problems: [],
    get,
    boolean: (name) => get(name) === 'yes',
    integer: (name) => Number(get(name)),
    seconds: (name) => Number(get(name)),
    list: (name) =>
      get(name)
        .split(/[\s,]+/)
        .filter((word) => word !== ''),
    setting: () => undefined,
    names: () => [],
    has: (name) => name in settings || name in DEFAULTS,
    forService: () => config,
  };
  return config;
}

export function bounceWith(settings: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const log: LogFactory = () => ({ info: say, warning: say, error: say, fatal: say });
  return { bounce: createBounce({ config: fakeConfig(settings), log, clock }), lines };
}

export const message = (changes: Partial<BouncedMessage> = {}): BouncedMessage => ({
  queueId: '4F2A1000C1' as QueueId,
  arrivedAt: NOW,
  sender: 'alice@localhost',
  ret: '',
  envid: '',
  smtputf8: false,
  encoding: '7bit',
  queueSize: 500,
  verp: '',
  recipients: [],
  ...changes,
});

export const recipient = (
  address: string,
  originalAddress: string,
  orcpt: string,
  notify: 'SUCCESS' | 'NEVER' | '' = '',
) => ({
  address,
  originalAddress,
  orcpt: orcpt === '' ? '' : `rfc822;${orcpt}`,
  notify: notify === '' ? [] : ([notify] as const),
});

export const outcome = (i: number, changes: Partial<Outcome>): Outcome => ({
  recipientIndex: i,
  address: '',
  originalAddress: '',
  status: 'bounced',
  dsn: '5.1.1',
  reason: '',
  relay: 'none',
  action: 'failed',
  startedAt: NOW,
  finishedAt: NOW,
  ...changes,
});

export function content(header: string, body = ''): OriginalContent {
  return {
    readHeader: () => Promise.resolve(Buffer.from(header)),
    read: () => Promise.resolve(Buffer.from(`${header}\n${body}`)),
  };
}

export const RECEIVED = (host: string) =>
  `Received: by ${host} (Postfix, from userid 1000)\n\tid 4F2A1000C1; Sun, 22 Nov 2026 21:00:00 +0000 (UTC)\n`;
export const ID = (host: string) =>
  `Message-Id: <20261122210000.4F2A1000C1@${host}>\nDate: Sun, 22 Nov 2026 21:00:00 +0000 (UTC)\n`;
export const text = (notice: Notice | undefined): string =>
  Buffer.from(notice?.submission.raw ?? []).toString();
