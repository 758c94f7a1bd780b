/**
 * `sendmail -bs` (smtpd -S): SMTP on a connection that a local user opened. No restriction applies, whoever it is has
 * a right to submit mail, and what comes in goes the way of local submission: pickup's Received above smtpd's own.
 */
import type { Socket } from 'node:net';
import type { MasterService } from '../config/config.ts';
import { mailDate } from '../mail/header-date.ts';
import { createSmtpd, type SmtpdDependencies } from '../smtpd/smtpd.ts';

const STOP_GRACE_MS = 1000;

/** No list decides anything. The word `reject` is one that smtpd wants to see before it starts; it is never reached. */
const OVERRIDES: Readonly<Record<string, string>> = {
  smtpd_client_restrictions: '',
  smtpd_helo_restrictions: '',
  smtpd_sender_restrictions: '',
  smtpd_relay_restrictions: '',
  smtpd_recipient_restrictions: 'check_client_access static:OK, reject',
  smtpd_data_restrictions: '',
  smtpd_end_of_data_restrictions: '',
  smtpd_etrn_restrictions: '',
  smtpd_reject_unlisted_recipient: 'no',
  smtpd_reject_unlisted_sender: 'no',
  smtpd_helo_required: 'no',
};

const origin = { file: 'master.cf', line: 0 };
const SERVICE: MasterService = {
  name: 'sendmail -bs',
  type: 'pass',
  private: '-',
  unprivileged: '-',
  chroot: 'n',
  wakeup: '-',
  processLimit: '-',
  command: 'smtpd',
  arguments: [],
  overrides: Object.entries(OVERRIDES).map(([name, value]) => ({ name, value, origin })),
  origin,
};

export interface StandAlone {
  /** Holds a session on the socket for the user with this id. */
  serve(socket: Socket, uid: number): void;
  close(): Promise<void>;
}

/** A Unix socket has no address; smtpd calls its peer this machine (smtpd_peer_from_default). */
function asLocalhost(socket: Socket): Socket {
  const address = { value: '127.0.0.1' };
  const port = { value: 0 };
  return Object.defineProperties(socket, {
    remoteAddress: address,
    localAddress: address,
    remotePort: port,
    localPort: port,
  });
}

export function createStandAlone(dependencies: SmtpdDependencies): StandAlone {
  const { world, intake, log } = dependencies;
  const pickupLog = log('pickup');
  const open = new Set<ReturnType<typeof createSmtpd>>();

  function localIntake(uid: number): SmtpdDependencies['intake'] {
    return {
      allocate: () => intake.allocate(),
      submit(submission) {
        const { config } = world();
        const { queueId, arrivedAt, sender, head } = submission;
        pickupLog.info(`${queueId}: uid=${uid} from=<${sender}>`);
        const received = `Received: by ${config.get('myhostname')} (${config.get('mail_name')}, from userid ${uid})`;
        return intake.submit({
          ...submission,
          origin: 'sendmail',
          client: null,
          head: `${received}\n\tid ${queueId}; ${mailDate(arrivedAt)}\n${head}`,
          rewriteContext: 'local',
        });
      },
    };
  }

  return {
    serve(socket, uid) {
      const smtpd = createSmtpd({ ...dependencies, intake: localIntake(uid) });
      open.add(smtpd);
      socket.once('close', () => open.delete(smtpd));
      smtpd.attach(SERVICE, asLocalhost(socket));
    },
    async close() {
      await Promise.all([...open].map((smtpd) => smtpd.close(STOP_GRACE_MS)));
    },
  };
}
