/* Steps of the processor at hand: 32-bit code in ring 3, with segments in an LDT, under 64-bit Linux.
   Each situation on standard input is entered as the return from a signal, with TF set; the signal that
   follows tells what has become of it, on standard output. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

struct state {
  uint32_t r[8], eip, eflags, selectors[6], vector, error;
  uint32_t ldt[16], code[16], data[32], stack[128];
};

static volatile uint32_t *const code = (uint32_t *)0x11000, *const data = (uint32_t *)0x14000,
                               *const stack = (uint32_t *)0x15000;
static struct state now;
static uint32_t ldt[16];
static int begun;

/* No library calls: FS, by which a library finds its own, is the program's. */
static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static int all(long number, long file, char *at, long size) {
  while (size > 0) {
    long done = call(number, file, (long)at, size);
    if (done <= 0) return 0;
    at += done;
    size -= done;
  }
  return 1;
}

static void describe(void) {
  for (int i = 0; i < 8; i++) {
    uint32_t low = now.ldt[2 * i], high = now.ldt[2 * i + 1];
    if (begun && ldt[2 * i] == low && ldt[2 * i + 1] == high) continue;
    struct user_desc d = {
      .entry_number = i,
      .base_addr = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000),
      .limit = (low & 0xffff) | (high & 0xf0000),
      .seg_32bit = high >> 22 & 1,
      .contents = high >> 10 & 3,
      .read_exec_only = ~high >> 9 & 1,
      .limit_in_pages = high >> 23 & 1,
      .seg_not_present = ~high >> 15 & 1,
      .useable = high >> 20 & 1,
    };
    if (call(SYS_modify_ldt, 0x11, (long)&d, sizeof d) < 0) call(SYS_exit_group, 3, 0, 0);
    ldt[2 * i] = low;
    ldt[2 * i + 1] = high;
  }
}

static void next(int signal, siginfo_t *info, void *context) {
  __asm__ volatile("pushq $0x202; popfq; cld");
  struct ucontext_t *u = context;
  greg_t *g = u->uc_mcontext.gregs;
  static const int order[8] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI};
  if (begun) {
    for (int i = 0; i < 8; i++) now.r[i] = g[order[i]];
    now.eip = g[REG_RIP];
    now.eflags = g[REG_EFL];
    now.selectors[1] = g[REG_CSGSFS] & 0xffff;
    now.selectors[2] = (uint64_t)g[REG_CSGSFS] >> 48;
    __asm__ volatile("mov %%es, %0; mov %%ds, %1; mov %%fs, %2; mov %%gs, %3"
                     : "=r"(now.selectors[0]), "=r"(now.selectors[3]), "=r"(now.selectors[4]), "=r"(now.selectors[5]));
    now.vector = g[REG_TRAPNO];
    now.error = g[REG_ERR];
    for (int i = 0; i < 16; i++) now.code[i] = code[i];
    for (int i = 0; i < 32; i++) now.data[i] = data[i];
    for (int i = 0; i < 128; i++) now.stack[i] = stack[i];
    all(SYS_write, 1, (char *)&now, sizeof now);
  }
  if (!all(SYS_read, 0, (char *)&now, sizeof now)) call(SYS_exit_group, 0, 0, 0);
  describe();
  begun = 1;
  for (int i = 0; i < 16; i++) code[i] = now.code[i];
  for (int i = 0; i < 32; i++) data[i] = now.data[i];
  for (int i = 0; i < 128; i++) stack[i] = now.stack[i];
  for (int i = 0; i < 8; i++) g[order[i]] = now.r[i];
  g[REG_RIP] = now.eip;
  g[REG_EFL] = now.eflags;
  g[REG_CSGSFS] = now.selectors[1] | (uint64_t)now.selectors[2] << 48;
  u->uc_flags |= 6; /* SS is what it is said to be */
  __asm__ volatile("mov %0, %%es; mov %1, %%ds; mov %2, %%fs; mov %3, %%gs"
                   :: "r"(now.selectors[0]), "r"(now.selectors[3]), "r"(now.selectors[4]), "r"(now.selectors[5]));
}

int main(void) {
  static char own[1 << 16] __attribute__((aligned(64)));
  char *low = mmap((void *)0x10000, 0x8000, PROT_READ | PROT_WRITE | PROT_EXEC,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (low != (char *)0x10000) return 2;
  for (int i = 0; i < 0x1000; i++) low[0x1000 + i] = 0xcc;
  stack_t s = {.ss_sp = own, .ss_size = sizeof own};
  struct sigaction a = {.sa_sigaction = next, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaltstack(&s, 0);
  int signals[] = {SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
  for (int i = 0; i < 5; i++) sigaction(signals[i], &a, 0);
  raise(SIGTRAP);
  return 1;
}
