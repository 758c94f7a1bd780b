/** What a command printed and its exit status: commands are functions, only the CLI writes to the terminal. */
export interface CommandResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
