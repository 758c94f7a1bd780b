/** New messages for what is forwarded (forward_append and forward_send of local(8)): one for each sender and Delivered-To. */
import { mailDate } from '../../mail/header-date.ts';
import type { Submission } from '../../mail/message.ts';
import type { Expanded } from './action.ts';
import { withoutSuccess } from './alias.ts';
import { conclude, type Doing } from './doing.ts';

interface Group {
  readonly delivered: string;
  readonly first: Expanded;
  readonly members: Expanded[];
}

function groupForwards(forwards: readonly Expanded[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const at of forwards) {
    const delivered = at.delivered ?? at.address;
    const key = `${delivered}\n${at.sender}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { delivered, first: at, members: [at] });
    else group.members.push(at);
  }
  return [...groups.values()];
}

function headOf(doing: Doing, numbers: Pick<Submission, 'queueId' | 'arrivedAt'>, delivered: string): string {
  const { config, settings } = doing.deps;
  const received =
    `Received: by ${config.get('myhostname')} (${config.get('mail_name')})\n` +
    `\tid ${numbers.queueId}; ${mailDate(numbers.arrivedAt)}\n`;
  if (!settings.prependDelivered.has('forward')) return received;
  // unlike a mailbox's, this one has no quotes
  return `${received}Delivered-To: ${delivered.toLowerCase()}\n`;
}

/** Whether headers are rewritten as for a local client: nothing tells any more but where the message came from. */
function rewriteContext(doing: Doing): 'local' | 'remote' {
  const { client } = doing.task.request.message;
  if (client === null) return 'local';
  return client.address === '::1' || client.address.startsWith('127.') ? 'local' : 'remote';
}

export async function forwardMessages(doing: Doing, forwards: readonly Expanded[]): Promise<Submission[]> {
  const { deps, task, report } = doing;
  const { message } = task.request;
  const text = await task.request.read();
  const submissions: Submission[] = [];
  for (const { delivered, first, members } of groupForwards(forwards)) {
    const numbers = deps.allocate();
    submissions.push({
      ...numbers,
      origin: 'local',
      client: message.client,
      sender: first.sender,
      recipients: members.map((at) => ({
        address: at.address,
        originalAddress: at.originalAddress === '' ? at.address : at.originalAddress,
        notify: at.notify,
        orcpt: at.orcpt,
      })),
      ret: first.ret,
      envid: first.envid,
      smtputf8: message.smtputf8,
      encoding: '',
      raw: text,
      head: headOf(doing, numbers, delivered),
      rewriteContext: rewriteContext(doing),
      skip: { checks: true, bcc: true },
      orders: {},
      journey: [],
    });
    const { recipient } = task;
    const outcome = await report.sent(
      { index: recipient.index, address: recipient.address, originalAddress: recipient.originalAddress },
      {
        dsn: '2.0.0',
        reason: `forwarded as ${numbers.queueId}`,
        action: 'relayed',
        notify: withoutSuccess(recipient.notify),
        startedAt: task.startedAt,
      },
    );
    conclude(
      doing,
      outcome,
      `forwarded to ${members.map((at) => at.address).join(', ')} as ${numbers.queueId}`,
    );
  }
  return submissions;
}
