/** The applications around what the tour gives to copy: each as small as its framework allows, with the text in its place. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian keeps PHP libraries without composer; projects have this file from it. */
export function writePhpProject(folder: string, name: string, text: string): void {
  mkdirSync(path.join(folder, 'vendor'));
  writeFileSync(
    path.join(folder, 'vendor', 'autoload.php'),
    `<?php require 'libphp-phpmailer/autoload.php';\n`,
  );
  writeFileSync(path.join(folder, name), text);
}

/** A generated application with the lines in its settings for development, and of its gems only Rails. */
export async function makeRailsApp(folder: string, development: string): Promise<void> {
  const without = [
    'bundle',
    'git',
    'keeps',
    'listen',
    'spring',
    'sprockets',
    'javascript',
    'bootsnap',
    'test',
  ];
  const parts = ['active-record', 'active-storage', 'action-mailbox', 'action-text', 'action-cable'];
  const skips = [...without, ...parts].map((name) => `--skip-${name}`);
  await run('rails', ['new', folder, '--quiet', ...skips]);
  writeFileSync(path.join(folder, 'Gemfile'), `gem 'rails'\n`);
  const file = path.join(folder, 'config', 'environments', 'development.rb');
  const settings = readFileSync(file, 'utf8');
  writeFileSync(file, settings.replace(/end\s*$/, `${development}\nend\n`));
}

/** @param python the interpreter that has Django */
export async function makeDjangoSite(python: string, folder: string, settings: string): Promise<void> {
  mkdirSync(folder);
  await run(python, ['-m', 'django', 'startproject', 'site_of_mine', folder]);
  writeFileSync(path.join(folder, 'site_of_mine', 'settings.py'), `${settings}\n`, { flag: 'a' });
}

/**
 * What Laravel does with its .env, without the rest of an application: the env() of it, the lines of config/mail.php, the
 * Mail facade. `$argv[1]` is run as by `tinker --execute`.
 */
export const LARAVEL = `<?php
require 'Dotenv/autoload.php';
require 'Egulias/EmailValidator/autoload.php';
require 'Illuminate/Mail/autoload.php';
use Illuminate\\Contracts\\View\\Factory;
use Illuminate\\Support\\Facades\\{Facade, Mail};

Dotenv\\Dotenv::create(Illuminate\\Support\\Env::getRepository(), __DIR__)->load();
$app = new Illuminate\\Container\\Container;
$app->instance('config', new ArrayObject([
    'mail.default' => env('MAIL_MAILER', 'log'),
    'mail.mailers.smtp' => [
        'transport' => 'smtp',
        'host' => env('MAIL_HOST'),
        'port' => env('MAIL_PORT'),
        'encryption' => env('MAIL_ENCRYPTION', 'tls'),
        'username' => env('MAIL_USERNAME'),
        'password' => env('MAIL_PASSWORD'),
    ],
    'mail.from' => ['address' => env('MAIL_FROM_ADDRESS'), 'name' => null],
]));
$app->instance('view', new class implements Factory {
    public function exists($view) { return false; }
    public function file($path, $data = [], $mergeData = []) {}
    public function make($view, $data = [], $mergeData = []) {}
    public function share($key, $value = null) {}
    public function composer($views, $callback) {}
    public function creator($views, $callback) {}
    public function addNamespace($namespace, $hints) {}
    public function replaceNamespace($namespace, $hints) {}
});
$app->bind('events', fn () => null);
$app->singleton('mail.manager', fn ($app) => new Illuminate\\Mail\\MailManager($app));
Facade::setFacadeApplication($app);
class_alias(Mail::class, 'Mail');
eval($argv[1]);
`;

/** Symfony Mailer, which newer versions of Laravel send with: by MAILER_DSN of its own, then as Laravel calls it. */
export const SYMFONY = `<?php
require 'Dotenv/autoload.php';
require 'Symfony/Component/Mailer/autoload.php';
use Symfony\\Component\\Mailer\\{Mailer, Transport};
use Symfony\\Component\\Mailer\\Transport\\{Dsn, Smtp\\EsmtpTransportFactory};
use Symfony\\Component\\Mime\\Email;

$env = Dotenv\\Dotenv::createArrayBacked(__DIR__)->load();
$transport = isset($env['MAILER_DSN'])
    ? Transport::fromDsn($env['MAILER_DSN'])
    : (new EsmtpTransportFactory)->create(new Dsn('smtp', $env['MAIL_HOST'], null, null, $env['MAIL_PORT']));
$email = (new Email)->from($env['MAIL_FROM'] ?? $env['MAIL_FROM_ADDRESS'])->to($argv[1]);
(new Mailer($transport))->send($email->subject($argv[2])->text('It works.'));
`;

/**
 * Spring without Boot: what Boot makes of the properties, and its interface, are written out. A component, for Debian's
 * Spring does not get along with its own ASM when it prepares a whole configuration.
 */
export const springProgram = (bean: string) => `
import java.io.FileReader;
import java.util.Properties;
import org.springframework.context.annotation.*;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.*;
import org.springframework.stereotype.Component;

interface CommandLineRunner { void run(String... args) throws Exception; }

@Component
class Mailing {
${bean}

    @Bean
    JavaMailSender sender() throws Exception {
        var properties = new Properties();
        properties.load(new FileReader("application.properties"));
        var sender = new JavaMailSenderImpl();
        sender.setHost(properties.getProperty("spring.mail.host"));
        sender.setPort(Integer.parseInt(properties.getProperty("spring.mail.port")));
        return sender;
    }
}

public class Application {
    public static void main(String[] args) throws Exception {
        var context = new AnnotationConfigApplicationContext();
        context.register(Mailing.class);
        context.refresh();
        context.getBean(CommandLineRunner.class).run(args);
    }
}
`;
