/** The scenario and record formats (see README.md of this folder's parent). */

export interface SmtpStep {
  readonly port?: string | number;
  readonly host?: string;
  readonly from?: string;
  readonly tls?: 'wrapper';
  /** Options of the client's side of `tls`. */
  readonly tlsOptions?: object;
  readonly noBanner?: boolean;
  readonly send?: readonly SendItem[];
}

export type SendItem = string | SendObject;

export interface SendObject {
  readonly data?: string;
  readonly stuff?: boolean;
  readonly raw?: string;
  readonly encoding?: BufferEncoding;
  readonly label?: string;
  readonly replies?: number;
  readonly timeout?: number;
  readonly pipeline?: readonly string[];
  readonly starttls?: boolean | object;
  readonly auth?: readonly [string, string, string];
  readonly sleep?: number;
  readonly repeat?: number;
  readonly line?: string;
  readonly close?: boolean;
}

export interface FileSpec {
  readonly text?: string;
  readonly mode?: string;
  readonly owner?: string;
  /** Seconds to add to the time of last change. */
  readonly age?: number;
}

export interface EditSpec {
  readonly 'main.cf'?: readonly string[];
  readonly 'main.cf+'?: readonly string[];
  readonly nobase?: readonly string[];
  readonly files?: Readonly<Record<string, string | FileSpec>>;
  readonly touch?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  readonly maps?: readonly (readonly string[])[];
}

export interface Step {
  readonly smtp?: SmtpStep;
  readonly sendmail?: { readonly args?: readonly string[]; readonly stdin?: string; readonly as?: string };
  readonly run?: readonly string[];
  readonly stdin?: string;
  readonly as?: string;
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly postconf?: readonly string[];
  readonly postmap_q?: {
    readonly alias?: boolean;
    readonly key: string | readonly string[];
    readonly map: string;
  };
  readonly check?: boolean;
  readonly reload?: boolean;
  readonly edit?: EditSpec;
  readonly wait?: 'drained' | number;
  readonly mailq?: string;
  readonly flush?: boolean;
  readonly postsuper?: readonly string[];
  readonly postsuperEach?: { readonly flag: string; readonly queue?: string };
  readonly queueIdCommand?: readonly string[];
  readonly startService?: string;
  readonly stopService?: string;
  readonly start?: boolean;
}

export interface ServiceSpec {
  readonly type: string;
  readonly name?: string;
  readonly port?: number;
  readonly late?: boolean;
  readonly [key: string]: unknown;
}

export interface Scenario {
  readonly name: string;
  readonly section?: string;
  readonly why?: string;
  readonly 'main.cf'?: readonly string[];
  readonly 'master.cf'?: readonly string[];
  readonly 'master.cf:raw'?: readonly string[];
  readonly nobase?: readonly string[];
  readonly files?: Readonly<Record<string, string | FileSpec>>;
  readonly dirs?: Readonly<Record<string, { readonly owner?: string; readonly mode?: string }>>;
  readonly nomap?: readonly string[];
  readonly maps?: readonly (readonly string[])[];
  readonly noAliases?: boolean;
  readonly forward?: Readonly<Record<string, string>>;
  readonly prepare?: readonly string[];
  readonly services?: readonly ServiceSpec[];
  readonly unusedPorts?: readonly string[];
  readonly nostart?: boolean;
  readonly recordStart?: boolean;
  readonly settleTimeoutMs?: number;
  readonly dedupeDeliveries?: boolean;
  readonly collect?: readonly string[];
  readonly steps?: readonly Step[];
}

export interface Exchange {
  send?: string;
  event?: string;
  reply?: readonly string[];
  replies?: readonly (readonly string[] | { readonly send: string; readonly reply: readonly string[] })[];
  tls?: TlsRecord;
}

export interface TlsRecord {
  readonly tls: string | null;
  readonly cipher?: string;
  readonly peer?: string | null;
  readonly error?: string;
}

export interface SmtpRecord {
  port: string;
  exchange: Exchange[];
  connect?: string;
  tls?: TlsRecord;
  serverClosed?: boolean;
}

export interface CommandRecord {
  run?: readonly string[];
  sendmail?: readonly string[];
  as?: string;
  exit: number | string;
  stdout?: readonly string[];
  stderr?: readonly string[];
  tty?: readonly string[];
  timedOut?: boolean;
}

export interface QueueRecord {
  readonly queue_name: string;
  readonly sender: string;
  readonly forced_expire?: boolean;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

export type QueueAnswer = readonly QueueRecord[] | { readonly error: readonly string[] };

export type StepRecord =
  | { readonly smtp: SmtpRecord }
  | CommandRecord
  | { readonly wait: string }
  | { readonly queue: string; readonly entries: QueueAnswer };

export interface MessageRecord {
  mailbox: string;
  fromLine?: string;
  returnPath: string | null;
  originalTo: string | null;
  deliveredTo: string | null;
  headers: [string, string][];
  report?: ReportRecord;
  body?: unknown;
  bodySha256?: string;
}

export interface ReportRecord {
  statusType?: string;
  notification?: readonly string[];
  perMessage?: [string, string][];
  perRecipient?: [string, string][][];
  returnedType?: string;
  returned?: readonly string[];
  partHeaders?: [string, string][][];
}

export interface DeliveryRecord {
  readonly service: string;
  readonly to: string;
  readonly orig_to?: string;
  readonly relay: string;
  readonly dsn: string;
  readonly status: string;
  readonly text: string;
}

export interface ScenarioRecord {
  name: string;
  section?: string | undefined;
  why?: string | undefined;
  config?: readonly string[];
  notDrained?: boolean;
  harnessError?: string;
  setup?: readonly CommandRecord[];
  steps?: readonly StepRecord[];
  messages?: readonly MessageRecord[];
  queue?: QueueAnswer;
  deliveries?: readonly DeliveryRecord[];
  events?: readonly { readonly service: string; readonly text: string }[];
  sessions?: readonly string[];
  files?: Readonly<Record<string, unknown>>;
  services?: Readonly<Record<string, unknown>>;
}

export interface CommandOutput {
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut?: boolean;
}

export interface CommandOptions {
  readonly stdin?: string;
  readonly as?: string | undefined;
  readonly tty?: boolean | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The DNS that the target asks. */
export interface DnsTarget {
  /** Lines of a zone file are all that there is from now on; undefined: nothing answers. */
  fill(zone: string | undefined): Promise<void>;
  /** What was asked while there was a zone. */
  questions(): Promise<readonly { readonly name: string; readonly type: string }[]>;
}

/** What scenarios are run on. */
export interface Target {
  readonly ports: Readonly<Record<string, number>>;
  readonly placeholders: Readonly<Record<string, string>>;
  /** Paths that only this target has, and what a record has in their place. */
  readonly spellings: readonly (readonly [string, string])[];
  readonly certs: string;
  readonly dns: DnsTarget;
  /** User ids as they appear in what is recorded, by name. */
  readonly userIds: Readonly<Record<string, number>>;
  readonly isRunning: boolean;
  /** Ports for helper servers, by name. */
  reservePort(): Promise<number>;
  start(scenario: Scenario): Promise<readonly CommandRecord[]>;
  runCommand(name: string, args: readonly string[], options?: CommandOptions): Promise<CommandOutput>;
  edit(spec: EditSpec): void;
  settle(options?: { readonly timeoutMs?: number }): Promise<boolean>;
  queue(): Promise<QueueAnswer>;
  /** @param how the queue of what never started is not asked for, and empty */
  collect(
    scenario: Scenario,
    how: { readonly hasStarted: boolean },
  ): Promise<{
    readonly messages: MessageRecord[];
    readonly queue: QueueAnswer;
    readonly log: readonly string[];
    readonly files: Readonly<Record<string, unknown>>;
  }>;
  stop(): Promise<void>;
}
