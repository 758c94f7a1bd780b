/** Every command by its name: what it is for, how it is used, and where it is, loaded only when it is asked for. */
import { EX_TEMPFAIL, EX_UNAVAILABLE, type Run } from './context.ts';

export interface Command {
  readonly summary: string;
  /** Shown by `sandpost COMMAND --help`: usage and examples. */
  readonly help: string;
  /** Postfix's own syntax: the options are read by the command alone, `-c DIR` among them under this letter. */
  readonly postfix?: { readonly letters: string; readonly configLetter: string };
  /** A program of Postfix that reads main.cf before anything else, and the status it ends with where that is wrong. */
  readonly readsMainCf?: { readonly exit: number };
  load(): Promise<Run>;
}

/** Any option of Postfix's commands that takes `-c DIR` and no other value. */
const postfixVerb = (verb: string, summary: string): Command => ({
  summary,
  help: `sandpost ${verb}\n\nThe same as "postfix ${verb}".\n`,
  load: async () => (await import('./postfix/postfix.ts')).verb(verb),
});

const POSTMAP_LETTERS = 'bc:d:fFhimnN:opq:rsuUvw';

export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'run the sandbox here, until SIGTERM or "sandpost stop"',
    help: `sandpost serve [--config-dir DIR] [--data-dir DIR] [--http HOST:PORT|off] [--json]

  --http HOST:PORT  where the window in the browser is (127.0.0.1:8025); port 0: any free one; off: nowhere
  --json            the first line on standard output is a JSON object that says it is ready

examples:
  sandpost serve
  sandpost serve --config-dir ./mail --http 127.0.0.1:0 --json
`,
    load: async () => (await import('./own/serve.ts')).run,
  },
  trace: {
    summary: 'say what would become of a message, and why; nothing is sent',
    help: `sandpost trace [-f SENDER] [--client ADDRESS] [--client-name NAME] [--helo NAME] [--service NAME] [--tls]
               [--login NAME] [-m FILE|- | --id ID] [--draft DIR] [--json] RECIPIENT...

  -m FILE, --id ID  the message, from a file or a captured one; without: a short one is made up
  --draft DIR       also with the files of DIR in place of the configuration's, the first difference marked

examples:
  sandpost trace root
  sandpost trace -f app@example.com --client 192.0.2.7 customer@example.com
  sandpost trace --draft ./new-config root@localhost
`,
    load: async () => (await import('./own/trace.ts')).run,
  },
  lab: {
    summary: 'run scenarios that were saved in the Lab, and say which came to something else',
    help: `sandpost lab run [--json] FILE...

Exit status 0: all came to what they expect, 1: not all did, 65: a file is no scenario, 66: it cannot be read.

example:
  sandpost -c ./mail lab run tests/*.json
`,
    load: async () => (await import('./own/lab.ts')).run,
  },
  recipe: {
    summary: 'ready changes of the configuration: show, apply, try out, take back',
    help: `sandpost recipe list [--json]
sandpost recipe show ID [NAME=VALUE]...          what it does, and the exact change
sandpost recipe apply ID [NAME=VALUE]... [--force]
sandpost recipe test ID [NAME=VALUE]...          its test message, dry; status 1: it does not do what it promises
sandpost recipe undo ID

examples:
  sandpost recipe show block-sender address=spam@example.com
  sandpost recipe apply block-sender address=spam@example.com
  sandpost recipe undo block-sender
`,
    load: async () => (await import('./own/recipe.ts')).run,
  },
  clock: {
    summary: 'let the sandbox’s clock run ahead: retries, warnings and expiry at once',
    help: `sandpost clock [--json]
sandpost clock skip TIME
sandpost clock run TIME     so much every second, until "clock stop"
sandpost clock stop
sandpost clock reset        back to the machine's time

TIME is a number with s, m, h, d or w behind it, as in main.cf. "skip" ends when all that was due has happened.

examples:
  sandpost clock skip 1h
  sandpost clock run 1h
`,
    load: async () => (await import('./own/clock.ts')).run,
  },
  mail: {
    summary: 'list, show, export, import, resend or inject mail',
    help: `sandpost mail list [--folder all|unread|starred|undeliverable|held|bin] [--mailbox NAME] [--alias NAME]
                   [--tag NAME] [-s QUERY] [-n COUNT] [--before ID] [--json]
sandpost mail show ID [--source|--delivered [--mailbox NAME]|--journey] [--json]
sandpost mail export [ID...] [--format mbox|eml|maildir] [--zip] [--mailbox NAME] [-s QUERY] [-o PATH]
sandpost mail import FILE|FOLDER... [--into MAILBOX | [--from SENDER] [--to RECIPIENT]...]
sandpost mail resend ID [-f SENDER] [--to RECIPIENT]... [--resent] [--json]
sandpost mail inject [-f SENDER] [--client ADDRESS] [--client-name NAME] [--helo NAME] [--service NAME] [--tls]
                     [--login NAME] [-m FILE|--id ID] [--json] RECIPIENT...

examples:
  sandpost mail list -s invoice
  sandpost mail list --search 'from:shop is:unread -subject:"your order"'
  sandpost mail show 12 --source
  sandpost mail export --mailbox root --format mbox -o root.mbox
  sandpost mail import --to root old.mbox
  sandpost mail import --into archive backup.zip Maildir/
  sandpost mail resend --to customer@example.com 12
  sandpost mail inject --client 192.0.2.7 --helo mx.far.test -f a@far.test root@localhost
`,
    load: async () => (await import('./own/mail.ts')).run,
  },
  user: {
    summary: 'add, list or remove users of the sandbox',
    help: `sandpost user add NAME...
sandpost user list [--json]
sandpost user remove NAME...

example:
  sandpost user add alice bob
`,
    load: async () => (await import('./own/user.ts')).run,
  },
  dns: {
    summary: 'show or change the sandbox’s own DNS, which every look-up goes to',
    help: `sandpost dns list [NAME] [--json]
sandpost dns add NAME [TTL] TYPE [VALUE...]      A, AAAA, CNAME, MX, NS, PTR, TXT
sandpost dns add NAME NXDOMAIN|NODATA|SERVFAIL|FORMERR|TIMEOUT
                                               how the name answers, until that is removed
sandpost dns remove NAME [TYPE [VALUE]] [--json]
sandpost dns clear [--json]
sandpost dns import FILE|- [--replace] [--json]  lines of a zone file
sandpost dns export [--json]
sandpost dns lookup NAME|ADDRESS [TYPE] [--json]   what the engine would be answered; status 1: nothing
sandpost dns questions [--json]                what it asked since it was started

An empty table is a machine whose name server does not answer. As soon as it holds a record, names that are not in it
do not exist; "*" and "*.example.com" say otherwise. localhost is always there. Mail is only ever taken to addresses of
this machine, whatever a name resolves to. A change acts at once.

examples:
  sandpost dns add example.com MX 10 mail.example.com
  sandpost dns add mail.example.com A 127.0.0.2
  sandpost dns add quiet.example MX 0 .              accepts no mail (null MX)
  sandpost dns add 127.0.0.1 PTR client.example      the name of a client
  sandpost dns add '*.rbl.example' A 127.0.0.2       lists everybody
  sandpost dns add slow.example TIMEOUT
  sandpost dns remove slow.example TIMEOUT
  printf 'example.com. MX 10 mail.example.com.\\n' | sandpost dns import -
`,
    load: async () => (await import('./own/dns.ts')).run,
  },
  logs: {
    summary: 'show the mail log, or one message’s lines of it',
    help: `sandpost logs [-n COUNT] [-f] [QUEUEID]

examples:
  sandpost logs -f
  sandpost logs 4ACB512345
`,
    load: async () => (await import('./own/logs.ts')).run,
  },
  doctor: {
    summary: 'find out whether a sandbox can work here',
    help: 'sandpost doctor [--json]\n\nExit status 0: all is well, 1: something is not.\n',
    load: async () => (await import('./own/doctor.ts')).run,
  },
  sendmail: {
    summary: 'hand in a message, as sendmail(1)',
    help: `sandpost sendmail [-f SENDER] [-F NAME] [-t] [-i] [-bv] [-v] [-N CONDITIONS] [-R full|hdrs] [-V ID] [-XV[xy]] [-C DIR] [RECIPIENT...]

  -bv mails a report of what would happen, -v one of what did; -XV gives each recipient a sender of its own (VERP)

examples:
  printf 'Subject: test\\n\\nHello\\n' | sandpost sendmail root
  sandpost sendmail -t < message.eml
  sandpost sendmail -bv you someone@example.com
`,
    postfix: { letters: 'A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx', configLetter: 'C' },
    readsMainCf: { exit: EX_TEMPFAIL },
    load: async () => (await import('./postfix/sendmail.ts')).run,
  },
  mailq: {
    summary: 'list the queue',
    help: 'sandpost mailq\n\nThe same as "postqueue -p".\n',
    readsMainCf: { exit: EX_TEMPFAIL },
    load: async () => {
      const { run } = await import('./postfix/sendmail.ts');
      return (context, args) => run(context, ['-bp', ...args]);
    },
  },
  postqueue: {
    summary: 'list or flush the queue, as postqueue(1)',
    help: `sandpost postqueue -p | -j | -f | -i QUEUEID | -s SITE

  -p list, -j list as JSON, -f try everything now, -i one message, -s one destination
`,
    postfix: { letters: 'c:fi:jps:v', configLetter: 'c' },
    readsMainCf: { exit: EX_UNAVAILABLE },
    load: async () => (await import('./postfix/postqueue.ts')).run,
  },
  postsuper: {
    summary: 'delete, hold, release, requeue or expire messages, as postsuper(1)',
    help: `sandpost postsuper [-d|-h|-H|-r|-e|-f QUEUEID|ALL|-]... [QUEUE...]

  -d delete, -h hold, -H release, -r requeue, -e expire, -f expire and release; "-": ids on standard input

examples:
  sandpost postsuper -d ALL deferred
  sandpost postsuper -h 4ACB512345
`,
    postfix: { letters: 'c:d:e:f:h:H:pr:sSv', configLetter: 'c' },
    readsMainCf: { exit: 1 },
    load: async () => (await import('./postfix/postsuper.ts')).run,
  },
  postcat: {
    summary: 'show a queue file, as postcat(1)',
    help: 'sandpost postcat [-e] [-h] [-b] -q QUEUEID...\n\n  -e envelope, -h header, -b body; none of them: everything\n',
    postfix: { letters: 'bc:defhnoqrsv', configLetter: 'c' },
    readsMainCf: { exit: 1 },
    load: async () => (await import('./postfix/postcat.ts')).run,
  },
  postconf: {
    summary: 'show or change the configuration, as postconf(1)',
    help: `sandpost postconf [-n|-d|-e|-x|-X|-#|-M|-F|-P|-m|...] [NAME[=VALUE]...]

examples:
  sandpost postconf -n
  sandpost postconf -e 'recipient_delimiter = +'
`,
    postfix: { letters: 'aAbc:C:deEfFhHlmMno:pPqtT:vxX#', configLetter: 'c' },
    load: async () => (await import('./postfix/postconf.ts')).run,
  },
  postmap: {
    summary: 'compile or ask a lookup table, as postmap(1)',
    help: 'sandpost postmap [-q KEY] [-s] TYPE:FILE...\n\nexample:\n  sandpost postmap -q alice hash:virtual\n',
    postfix: { letters: POSTMAP_LETTERS, configLetter: 'c' },
    readsMainCf: { exit: 1 },
    load: async () => (await import('./postfix/table-commands.ts')).postmap,
  },
  postalias: {
    summary: 'compile or ask an alias table, as postalias(1)',
    help: 'sandpost postalias [-q KEY] [-s] TYPE:FILE...\n\nexample:\n  sandpost postalias -q root hash:aliases\n',
    postfix: { letters: POSTMAP_LETTERS, configLetter: 'c' },
    readsMainCf: { exit: 1 },
    load: async () => (await import('./postfix/table-commands.ts')).postalias,
  },
  newaliases: {
    summary: 'compile the alias tables of alias_database',
    help: 'sandpost newaliases\n',
    readsMainCf: { exit: EX_TEMPFAIL },
    load: async () => {
      const { run } = await import('./postfix/sendmail.ts');
      return (context, args) => run(context, ['-bi', ...args]);
    },
  },
  postfix: {
    summary: 'start, stop, reload, check, ... as postfix(1)',
    help: 'sandpost postfix start|stop|abort|reload|status|check|flush\n',
    postfix: { letters: 'c:Dv', configLetter: 'c' },
    load: async () => (await import('./postfix/postfix.ts')).run,
  },
  start: postfixVerb('start', 'run the sandbox in the background'),
  stop: postfixVerb('stop', 'finish what is under way and stop'),
  abort: postfixVerb('abort', 'the same as stop'),
  reload: postfixVerb('reload', 'read the configuration again'),
  status: postfixVerb('status', 'say whether the sandbox is running'),
  check: {
    ...postfixVerb('check', 'read the configuration and say what is wrong'),
    help: `sandpost check [--json]

Prints what "postfix check" prints; nothing when all is well. --json lists every problem found, with file and line, and
what makes it go away: lines in place of others, or a table to compile.
`,
  },
  flush: postfixVerb('flush', 'try all queued mail now'),
};

const NAMES_WIDTH = 12;

export function helpText(): string {
  const list = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(NAMES_WIDTH)}${summary}\n`,
  );
  return `usage: sandpost [-c DIR|--config-dir DIR] [--data-dir DIR] [--as USER] COMMAND [...]

A mail server that never sends: it behaves like Postfix and keeps what your software sends.

${list.join('')}
"sandpost COMMAND --help" shows how each is used. Postfix's commands take Postfix's arguments.
  --as USER    act as a user of the sandbox, USER or USER:UID, where a command asks who runs it
`;
}
