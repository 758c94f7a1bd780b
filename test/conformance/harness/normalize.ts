/** Turns volatile text into placeholders, so that two runs of a scenario give the same record. */
import { compareText } from './text.ts';
import type { DeliveryRecord, ScenarioRecord } from './types.ts';

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '\\d\\d:\\d\\d:\\d\\d';

/** Queue ids that appear anywhere in the raw material. */
export function findQueueIds(text: string): ReadonlySet<string> {
  const patterns = [
    /\]: (?:warning: |error: )?([0-9A-F]{8,15}): /g,
    /queued as ([0-9A-F]{8,15})\b/g,
    /\\*"queue_id\\*": ?\\*"([0-9A-F]{8,15})\\*"/g,
    /\bid ([0-9A-F]{8,15})\b/g,
  ];
  return new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')));
}

const DATES: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${DAY}, +\\d{1,2} ${MONTH} \\d{4} ${TIME} [+-]\\d{4} \\([A-Z]+\\)`, 'g'), '{date}'],
  [new RegExp(`\\b${DAY} ${MONTH} [ \\d]\\d ${TIME}(?: \\d{4})?`, 'g'), '{ctime}'],
  [/<\d{14}\.(?:\{qid\}|[0-9A-F]{8,15})@/g, '<{timestamp}.{qid}@'],
  [/(?:\{qid\}|[0-9A-F]{8,15})\.\d{10}\//g, '{qid}.{time}/'],
  [/SRS0=[A-Za-z0-9+/]{4}=[A-Z2-7]{2}=/g, 'SRS0={hash}={day}='],
  [/delayed \d+ seconds by postgrey/g, 'delayed {n} seconds by postgrey'],
  [new RegExp(`${DAY}, +\\d{1,2} ${MONTH} \\d{4} ${TIME} (?:UTC|GMT)`, 'g'), '{date}'],
];
const NUMBERS: readonly (readonly [RegExp, string])[] = [
  [/YP_LAST_MODIFIED:(\s+)\d+/g, 'YP_LAST_MODIFIED:$1{time}'],
  [/\bPID: \d+/g, 'PID: {pid}'],
  [/\bpid \d+/g, 'pid {pid}'],
  [/process id \d+/g, 'process id {pid}'],
];

const USER_ID = /(\buserid |\buid=|\buid |\b[a-z]+\()(\d+)(?=\W|$)/g;

export function createNormalizer(material: {
  readonly placeholders: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  readonly ids: ReadonlySet<string>;
  readonly userIds: Readonly<Record<string, number>>;
  /** Paths and what stands for them, before the placeholders. */
  readonly spellings: readonly (readonly [string, string])[];
}): (text: string) => string {
  const { placeholders, ports, ids } = material;
  const userNames = new Map(Object.entries(material.userIds).map(([name, id]) => [String(id), name]));
  const paths = Object.entries(placeholders)
    .filter(([name, value]) => name !== 'sendmail' && value.startsWith('/'))
    .sort((a, b) => b[1].length - a[1].length);
  const helperPorts = Object.entries(ports).filter(
    ([name]) => !['smtp', 'submission', 'submissions'].includes(name),
  );
  const idPattern =
    ids.size > 0 ? new RegExp(`(?<![0-9A-Za-z])(?:${[...ids].join('|')})(?![0-9A-Za-z])`, 'g') : undefined;
  return (input) => {
    let text = idPattern === undefined ? input : input.replace(idPattern, '{qid}');
    for (const [pattern, name] of DATES) text = text.replace(pattern, name);
    for (const [name, port] of helperPorts) text = text.replaceAll(String(port), `{port:${name}}`);
    for (const [value, shown] of material.spellings) text = text.replaceAll(value, shown);
    for (const [name, value] of paths) text = text.replaceAll(value, `{${name}}`);
    for (const [pattern, name] of NUMBERS) text = text.replace(pattern, name);
    return text.replace(USER_ID, (match, before: string, id: string) => {
      const user = userNames.get(id);
      return user === undefined ? match : `${before}{uid:${user}}`;
    });
  };
}

interface LogDigest {
  readonly deliveries: readonly DeliveryRecord[];
  readonly events: NonNullable<ScenarioRecord['events']>;
  readonly summaries: readonly { readonly service: string; readonly text: string }[];
}

const LINE =
  /^(?:\w{3} [ \d]\d \d\d:\d\d:\d\d \S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\{ctime\} \S+) ([^\s[]+)\[\d+\]: (.*)$/;
const DELIVERY =
  /^\S+: to=<(.*?)>, (?:orig_to=<(.*?)>, )?relay=(.*?), (?:conn_use=\d+, )?delay=[\d.]+, delays=[\d./]+, dsn=(\S+), status=(\S+) \((.*)\)$/;
const ROUTINE =
  /^(connect from|starting the Postfix|daemon started|refreshing the|reload|terminating|stopping|statistics:|watchdog|wakeup)/;

function isRoutine(text: string): boolean {
  if (ROUTINE.test(text)) return true;
  if (
    /^\S+: (client=|message-id=|from=<.*>, size=|removed$|uid=\d+ from=)/.test(text) &&
    !text.includes('sasl_')
  )
    return true;
  if (/file system clock is \d+ seconds|resetting file time stamps/.test(text)) return true;
  return (
    /daemon started --|Postfix is running with backwards|cache|the Postfix mail system/.test(text) &&
    !/warning|fatal/.test(text)
  );
}

/** Mail log lines to per-recipient outcomes and the other lines worth comparing. */
export function digestLog(lines: readonly string[]): LogDigest {
  const deliveries: DeliveryRecord[] = [];
  const events: { service: string; text: string }[] = [];
  const summaries: { service: string; text: string }[] = [];
  const seen = new Set<string>();
  for (const line of lines) {
    const match = LINE.exec(line);
    if (match === null) {
      events.push({ service: '?', text: line });
      continue;
    }
    const service = match[1] ?? '';
    const text = match[2] ?? '';
    const d = DELIVERY.exec(text);
    if (d !== null) {
      const [, to = '', orig, relay = '', dsn = '', status = '', reason = ''] = d;
      deliveries.push({
        service,
        to,
        ...(orig === undefined ? {} : { orig_to: orig }),
        relay,
        dsn,
        status,
        text: reason,
      });
    } else if (text.startsWith('disconnect from ')) {
      summaries.push({ service, text });
    } else if (!isRoutine(text)) {
      const key = `${service} ${text.replace(/^\S+: /, '')}`;
      if (seen.has(key) && !/NOQUEUE|reject/.test(text)) continue;
      seen.add(key);
      events.push({ service, text });
    }
  }
  deliveries.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  return { deliveries, events: inFixedOrder(events), summaries };
}

/** By service; smtpd's lines keep their order, those of agents that may run in parallel are sorted. */
function inFixedOrder<T extends { readonly service: string; readonly text: string }>(
  events: readonly T[],
): T[] {
  return events
    .map((event, at) => ({ event, at }))
    .sort((a, b) => {
      const byService = compareText(a.event.service, b.event.service);
      if (byService !== 0) return byService;
      return a.event.service.endsWith('smtpd')
        ? a.at - b.at
        : compareText(a.event.text, b.event.text) || a.at - b.at;
    })
    .map(({ event }) => event);
}
