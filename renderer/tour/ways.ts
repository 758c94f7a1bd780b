/** How to send the first mail from what people write software with, with the real port. Pure. */
import type { Status } from '../../core/api/contract/sandbox.ts';

export interface Snippet {
  /** The file it belongs in, or what it is. */
  readonly where: string;
  readonly text: string;
}

export interface SendingWay {
  readonly name: string;
  readonly snippets: readonly Snippet[];
}

export interface Server {
  readonly host: string;
  readonly port: number;
  /** The mailbox that is there from the first start on. */
  readonly to: string;
  /** STARTTLS is offered, with a certificate that nobody knows: clients are told to do without it, or without checking. */
  readonly hasTls: boolean;
}

export function serverOf({
  listeners,
  loginUser,
}: Pick<Status, 'listeners' | 'loginUser'>): Server | undefined {
  const smtp = listeners.find(({ tls }) => tls !== 'wrapper') ?? listeners[0];
  if (smtp === undefined) return undefined;
  const { host, port, tls } = smtp;
  return { host, port, to: `${loginUser}@localhost`, hasTls: tls !== 'none' };
}

const FROM = 'me@app.test';
const lines = (...all: readonly (string | undefined)[]) =>
  all.filter((line) => line !== undefined).join('\n');
const only = (isWanted: boolean, line: string) => (isWanted ? line : undefined);

/** As in a URL; PHP wants a host on its own like that, too. */
const urlHost = ({ host }: Server) => (host.includes(':') ? `[${host}]` : host);
const authority = (server: Server) => `${urlHost(server)}:${server.port}`;

const terminal = (server: Server): SendingWay => ({
  name: 'Terminal',
  snippets: [
    {
      where: 'curl',
      text: `printf 'From: ${FROM}\\nSubject: Hello from curl\\n\\nIt works.\\n' | curl -sS smtp://${authority(server)} --mail-from ${FROM} --mail-rcpt ${server.to} -T -`,
    },
    {
      where: 'swaks',
      text: `swaks --server ${authority(server)} --from ${FROM} --to ${server.to} --header 'Subject: Hello from swaks'`,
    },
    {
      where: 'sendmail',
      text: `printf 'Subject: Hello from sendmail\\n\\nIt works.\\n' | sandpost sendmail ${server.to}`,
    },
  ],
});

const env = (server: Server): SendingWay => ({
  name: '.env',
  snippets: [
    {
      where: '.env',
      text: lines(
        `SMTP_HOST=${server.host}`,
        `SMTP_PORT=${server.port}`,
        `SMTP_URL=smtp://${authority(server)}${server.hasTls ? '?ignoreTLS=true' : ''}`,
        `MAILER_DSN=smtp://${authority(server)}${server.hasTls ? '?verify_peer=0' : ''}`,
        `MAIL_FROM=${FROM}`,
      ),
    },
  ],
});

const nodemailer = ({ host, port, to, hasTls }: Server): SendingWay => ({
  name: 'nodemailer',
  snippets: [
    {
      where: 'first-mail.mjs',
      text: lines(
        `import { createTransport } from 'nodemailer';`,
        '',
        'const transport = createTransport({',
        `  host: '${host}',`,
        `  port: ${port},`,
        only(hasTls, '  ignoreTLS: true,'),
        '});',
        'await transport.sendMail({',
        `  from: '${FROM}',`,
        `  to: '${to}',`,
        `  subject: 'Hello from Node.js',`,
        `  text: 'It works.',`,
        '});',
      ),
    },
  ],
});

const python = ({ host, port, to }: Server): SendingWay => ({
  name: 'Python',
  snippets: [
    {
      where: 'first_mail.py',
      text: lines(
        'import smtplib',
        'from email.message import EmailMessage',
        '',
        'message = EmailMessage()',
        `message["From"] = "${FROM}"`,
        `message["To"] = "${to}"`,
        'message["Subject"] = "Hello from Python"',
        'message.set_content("It works.")',
        '',
        `with smtplib.SMTP("${host}", ${port}) as smtp:`,
        '    smtp.send_message(message)',
      ),
    },
  ],
});

const php = (server: Server): SendingWay => ({
  name: 'PHP',
  snippets: [
    {
      where: 'first-mail.php, with PHPMailer',
      text: lines(
        '<?php',
        `require 'vendor/autoload.php';`,
        '',
        '$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);',
        '$mail->isSMTP();',
        `$mail->Host = '${urlHost(server)}';`,
        `$mail->Port = ${server.port};`,
        only(server.hasTls, '$mail->SMTPAutoTLS = false;'),
        `$mail::$validator = 'html5'; // Takes a domain without a dot.`,
        `$mail->setFrom('${FROM}');`,
        `$mail->addAddress('${server.to}');`,
        `$mail->Subject = 'Hello from PHP';`,
        `$mail->Body = 'It works.';`,
        '$mail->send();',
      ),
    },
    {
      where: 'php.ini, for mail()',
      text: 'sendmail_path = "sandpost sendmail -t -i"',
    },
  ],
});

const laravel = (server: Server): SendingWay => ({
  name: 'Laravel',
  snippets: [
    {
      where: '.env',
      text: lines(
        'MAIL_MAILER=smtp',
        `MAIL_HOST=${urlHost(server)}`,
        `MAIL_PORT=${server.port}`,
        only(server.hasTls, `MAIL_URL=smtp://${authority(server)}?verify_peer=0`),
        'MAIL_USERNAME=null',
        'MAIL_PASSWORD=null',
        'MAIL_ENCRYPTION=null',
        `MAIL_FROM_ADDRESS=${FROM}`,
      ),
    },
    {
      where: 'Then',
      text: `php artisan tinker --execute='Mail::raw("It works.", fn ($m) => $m->to("${server.to}")->subject("Hello from Laravel"));'`,
    },
  ],
});

const rails = ({ host, port, to, hasTls }: Server): SendingWay => ({
  name: 'Rails',
  snippets: [
    {
      where: 'config/environments/development.rb',
      text: lines(
        'config.action_mailer.delivery_method = :smtp',
        `config.action_mailer.smtp_settings = { address: "${host}", port: ${port}${hasTls ? ', openssl_verify_mode: "none"' : ''} }`,
      ),
    },
    {
      where: 'Then',
      text: `bin/rails runner 'ActionMailer::Base.mail(from: "${FROM}", to: "${to}", subject: "Hello from Rails", body: "It works.").deliver_now'`,
    },
  ],
});

const django = ({ host, port, to }: Server): SendingWay => ({
  name: 'Django',
  snippets: [
    {
      where: 'settings.py',
      text: lines(
        'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"',
        `EMAIL_HOST = "${host}"`,
        `EMAIL_PORT = ${port}`,
        `DEFAULT_FROM_EMAIL = "${FROM}"`,
      ),
    },
    { where: 'Then', text: `python manage.py sendtestemail ${to}` },
  ],
});

const spring = ({ host, port, to }: Server): SendingWay => ({
  name: 'Spring',
  snippets: [
    { where: 'application.properties', text: lines(`spring.mail.host=${host}`, `spring.mail.port=${port}`) },
    {
      where: 'In a @Configuration, with spring-boot-starter-mail',
      text: lines(
        '@Bean',
        'CommandLineRunner firstMail(JavaMailSender sender) {',
        '    return args -> {',
        '        var message = new SimpleMailMessage();',
        `        message.setFrom("${FROM}");`,
        `        message.setTo("${to}");`,
        '        message.setSubject("Hello from Spring");',
        '        message.setText("It works.");',
        '        sender.send(message);',
        '    };',
        '}',
      ),
    },
  ],
});

/** Its SendMail takes up STARTTLS wherever it is offered. */
const goWithoutTls = (server: Server) => [
  `\tclient, err := smtp.Dial("${authority(server)}")`,
  '\tcheck(err)',
  `\tcheck(client.Mail("${FROM}"))`,
  `\tcheck(client.Rcpt("${server.to}"))`,
  '\twriter, err := client.Data()',
  '\tcheck(err)',
  '\t_, err = writer.Write(message)',
  '\tcheck(err)',
  '\tcheck(writer.Close())',
  '\tcheck(client.Quit())',
];

const go = (server: Server): SendingWay => ({
  name: 'Go',
  snippets: [
    {
      where: 'main.go',
      text: lines(
        'package main',
        '',
        'import (',
        '\t"log"',
        '\t"net/smtp"',
        ')',
        '',
        'func main() {',
        `\tmessage := []byte("From: ${FROM}\\r\\nTo: ${server.to}\\r\\nSubject: Hello from Go\\r\\n\\r\\nIt works.\\r\\n")`,
        ...(server.hasTls
          ? goWithoutTls(server)
          : [
              `\tcheck(smtp.SendMail("${authority(server)}", nil, "${FROM}", []string{"${server.to}"}, message))`,
            ]),
        '}',
        '',
        'func check(err error) {',
        '\tif err != nil {',
        '\t\tlog.Fatal(err)',
        '\t}',
        '}',
      ),
    },
  ],
});

const WAYS = [terminal, nodemailer, python, php, laravel, rails, django, spring, go, env];

export const sendingWays = (server: Server): readonly SendingWay[] => WAYS.map((way) => way(server));
