; An operating system that does not end, for 256 words of the third-generation machine whose devices are
; cells of storage: two processes in their own relocated storage, preempted by the interval timer, with
; calls, faults on purpose, a keyboard, and code that changes itself. The second process has the devices
; in its own storage, and prints without asking.
;
;   svc 1   print the character in r1
;   svc 2   begin this process anew, and let the other run
;   svc 3   what is left of the quantum, in r1
;
; Any other trap of a process prints a `!` and begins it anew. What is typed is printed.
; A process may use r0-r6; sp belongs to the kernel.

quantum  = 97                   ; steps between two timer interrupts
user     = 1 << 31              ; PSW: mode, interrupts enabled, pc, base, bound
enabled  = 1 << 30
all      = 256
tx       = all - 3              ; the devices
rx       = all - 2
count    = all - 1

; The save area of a process: r0-r6, its PSW, the other's save area, its PSW when it begins.
saved_r1 = 1
psw      = 7
other    = 8
begin    = 9

        .org 1
        .word handler << 19 | all       ; the trap sequence loads this: supervisor, no interrupts

        .org 16
boot:   ldi r0, 0
        ldi sp, first
        st  sp, current(r0)
        getr r1                         ; where are we? at 0, with everything
        ldi r2, -all
        add r1, r2
        bz  r1, fine
        ldi r4, '?'
        st  r4, tx(r0)
fine:   ldi r1, kernel_end              ; no more storage than the kernel has, for a moment
        setr r1
        ldi r1, all
        setr r1
        jal r6, start

handler: ldi sp, 0
        ld  sp, current(sp)             ; where this process is saved
        st  r0, 0(sp)
        st  r1, 1(sp)
        st  r2, 2(sp)
        st  r3, 3(sp)
        st  r4, 4(sp)
        st  r5, 5(sp)
        st  r6, 6(sp)
        ldi r0, 0
        ld  r1, 0(r0)                   ; the old PSW
        st  r1, psw(sp)
        ld  r2, 2(r0)                   ; the cause
        ldi r3, -4
        add r3, r2
        bz  r3, call
        ldi r3, -8
        add r3, r2
        bz  r3, switch
        ldi r3, -9
        add r3, r2
        bz  r3, key
        ldi r4, '!'                     ; the process is at fault
        st  r4, tx(r0)

again:  ld  r1, begin(sp)
        st  r1, psw(sp)
switch: ld  sp, other(sp)
        st  sp, current(r0)
start:  ldi r1, quantum
        st  r1, count(r0)
resume: ld  r0, 0(sp)
        ld  r1, 1(sp)
        ld  r2, 2(sp)
        ld  r3, 3(sp)
        ld  r4, 4(sp)
        ld  r5, 5(sp)
        ld  r6, 6(sp)
        lpsw psw(sp)

key:    ld  r4, rx(r0)
        st  r4, tx(r0)
        jal r6, resume

call:   ld  r2, one_on(r0)              ; the saved pc is the call's own: go on after it
        add r1, r2
        st  r1, psw(sp)
        ld  r2, 3(r0)                   ; which call
        ldi r3, -1
        add r3, r2
        bz  r3, print
        ldi r3, -2
        add r3, r2
        bz  r3, again
        ld  r1, count(r0)
        st  r1, saved_r1(sp)
        jal r6, resume

print:  ld  r4, saved_r1(sp)
        st  r4, tx(r0)
        jal r6, resume

current: .word 0
one_on:  .word 1 << 19
first:  .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled | 160 << 10 | 48
        .word second
        .word user | enabled | 160 << 10 | 48
second: .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled | 208 << 10 | 48
        .word first
        .word user | enabled | 208 << 10 | 48
kernel_end:

; Adds up numbers, and changes an instruction of its own in every round.
        .org 160
a = 160                         ; a process counts its own addresses from 0
        ldi r0, 0
a_loop: ldi r2, 200
a_work: ldi r4, -1
        add r5, r2
        st  r5, a_sum - a(r0)
        add r2, r4
        bz  r2, a_next - a
        jal r6, a_work - a
a_next: ld  r3, a_letter - a(r0)        ; the letter in the instruction goes on by one
        ldi r4, 1
        add r3, r4
        st  r3, a_letter - a(r0)
a_letter: ldi r1, 0
        svc 1
        svc 3
        add r5, r1
        jal r6, a_loop - a
a_sum:  .word 0

; Does something else that is not allowed in every round.
        .org 208
b = 208
        ldi r0, 0
        ldi r2, 90
b_work: ldi r4, -1
        add r2, r4
        bz  r2, b_next - b
        jal r6, b_work - b
b_next: ldi r1, 'b'
        st  r1, tx - b(r0)              ; a device of its own
        ld  r1, count - b(r0)           ; and what is left of the quantum
        st  r1, tx - b(r0)
        ld  r3, b_round - b(r0)
        ldi r4, 1
        add r3, r4
        st  r3, b_round - b(r0)
        ldi r4, -1
        add r3, r4
        bz  r3, b_store - b
        add r3, r4
        bz  r3, b_privileged - b
        add r3, r4
        bz  r3, b_fetch - b
        ldi r3, 0
        st  r3, b_round - b(r0)
        .word 0xffffffff                ; no instruction
b_store: ldi r1, 48
        st  r1, 0(r1)                   ; not its storage
b_privileged: setr r1                   ; all storage?
b_fetch: ldi r1, 300
        jr  r1                          ; nothing there
b_round: .word 0
