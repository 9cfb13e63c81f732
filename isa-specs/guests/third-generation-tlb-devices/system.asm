; An operating system that does not end, for 512 words of the third-generation machine with a
; translation buffer and its devices in storage: two processes, each with a page table that the kernel looks into on every miss,
; preempted by the interval timer, with calls, a keyboard, page faults on purpose, pages that become
; writable when they are first stored to, and code that changes itself.
;
;   svc 1   print the character in r1
;   svc 2   begin this process anew, and let the other run
;   svc 3   what is left of the quantum, in r1
;
; Any other trap of a process prints a `!` and begins it anew. What is typed is printed; the first store
; to a page prints a `w`. A process may use r0-r6; sp belongs to the kernel. The second process has the
; devices in its own page 2, and prints without asking.

all      = 512
tx       = all - 3              ; the devices
rx       = all - 2
count    = all - 1
quantum  = 97                   ; steps between two timer interrupts
user     = 1 << 31              ; PSW: mode, interrupts enabled, pc
enabled  = 1 << 30
valid    = 1 << 13              ; an entry of the buffer: valid, writable, page, frame
later    = 1 << 16              ; in a page table: may become writable
writable = 1 << 12

; The save area of a process: r0-r6, its PSW, the other's save area, its page table.
saved_r1 = 1
psw      = 7
other    = 8
table    = 9

        .org 1
        .word handler                   ; the trap sequence loads this: supervisor, no interrupts

        .org 16
boot:   ldi r0, 0
        ldi sp, first
        st  sp, current(r0)
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
        ldi r3, -5
        add r3, r2
        bz  r3, miss
        ldi r3, -6
        add r3, r2
        bz  r3, readonly
        ldi r3, -4
        add r3, r2
        bz  r3, call
        ldi r3, -8
        add r3, r2
        bz  r3, switch
        ldi r3, -9
        add r3, r2
        bz  r3, key

fault:  ldi r4, '!'                     ; the process is at fault
        st  r4, tx(r0)
again:  ld  r1, begin(r0)
        st  r1, psw(sp)
switch: ld  sp, other(sp)
        st  sp, current(r0)
start:  ldi r2, 0                       ; nothing of the other's stays in the buffer
        ldi r1, 0
        tlbw r1, r2
        ldi r1, 1
        tlbw r1, r2
        ldi r1, 2
        tlbw r1, r2
        ldi r1, 3
        tlbw r1, r2
        ldi r1, quantum
        st  r1, count(r0)
resume: ld  r0, 0(sp)
        ld  r1, 1(sp)
        ld  r2, 2(sp)
        ld  r3, 3(sp)
        ld  r4, 4(sp)
        ld  r5, 5(sp)
        ld  r6, 6(sp)
        lpsw psw(sp)

; The page of the address that trapped: r2 its number, r3 where the table has it, r4 what. No table
; goes beyond page 7.
look:   ld  r2, 3(r0)
        srl r2, 4
        ldi r3, 0
        add r3, r2
        srl r3, 3
        bz  r3, known
        jal r5, fault
known:  ld  r3, table(sp)
        add r3, r2
        ld  r4, 0(r3)
        jr  r6

miss:   jal r6, look
        bz  r4, fault
        ld  r5, victim(r0)
        tlbw r5, r4
        ldi r6, 1
        add r5, r6
        st  r5, victim(r0)
        jal r6, resume

readonly: jal r6, look
        ldi r5, 0
        add r5, r4
        srl r5, 16
        bz  r5, fault
        ld  r5, opened(r0)
        add r4, r5
        st  r4, 0(r3)
        tlbp r5, r2
        tlbw r5, r4
        ldi r4, 'w'
        st  r4, tx(r0)
        jal r6, resume

key:    ld  r4, rx(r0)
        st  r4, tx(r0)
        jal r6, resume

call:   ldi r2, 1                       ; the saved pc is the call's own: go on after it
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
victim: .word 0
opened: .word writable - later
begin:  .word user | enabled

first:  .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled
        .word second
        .word first_table
second: .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled
        .word first
        .word second_table

first_table:
        .word later | valid | 0 << 6 | 16
        .word later | valid | 1 << 6 | 17
        .word 0, 0
        .word later | valid | 4 << 6 | 18
        .word valid | 5 << 6 | 22
        .word later | valid | 6 << 6 | 18       ; page 4 again
        .word 0
second_table:
        .word valid | 0 << 6 | 19
        .word valid | 1 << 6 | 20
        .word writable | valid | 2 << 6 | 31
        .word 0
        .word later | valid | 4 << 6 | 21
        .word valid | 5 << 6 | 22
        .word 0, 0

; Adds up numbers in its own page, by two names, and changes an instruction of its own in every
; round.
        .org 256
a = 256                         ; a process counts its own addresses from 0
        ldi r0, 0
a_loop: ldi r2, 20
a_work: ld  r3, 64(r0)
        ld  r4, 80(r0)
        add r3, r4
        st  r3, 101(r0)
        ld  r3, 69(r0)
        st  r3, 64(r0)
        ldi r4, -1
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

; Does something else that is not allowed in every round.
        .org 304
b = 304
        ldi r0, 0
        ldi r2, 30
b_work: ldi r4, -1
        add r2, r4
        bz  r2, b_next - b
        jal r6, b_work - b
b_next: ldi r1, 'b'
        st  r1, 45(r0)                  ; a device of its own
        ld  r1, 47(r0)                  ; and what is left of the quantum
        st  r1, 45(r0)
        ld  r3, 64(r0)
        ldi r4, 1
        add r3, r4
        st  r3, 64(r0)
        ldi r4, -1
        add r3, r4
        bz  r3, b_store - b
        add r3, r4
        bz  r3, b_privileged - b
        add r3, r4
        bz  r3, b_fetch - b
        add r3, r4
        bz  r3, b_far - b
        ldi r3, 0
        st  r3, 64(r0)
        .word 0xffffffff                ; no instruction
b_store: st r1, 80(r0)                  ; for reading only
b_privileged: tlbw r1, r1               ; a page of its choice?
b_fetch: ldi r1, 96
        jr  r1                          ; no such page
b_far:  ldi r1, 2000
        ld  r1, 0(r1)                   ; no such address

        .org 352
        .word 3
