; A kernel for the third-generation machine: two processes, preempted by the interval timer, each in
; its own relocated storage, talking to the console by supervisor calls.
;
;   svc 1   print the character in r1
;   svc 2   end this process
;
; A process may use r0-r6; sp belongs to the kernel, which needs one register to save the others.
; Any other trap ends the process with a `!`. When no process is left, the kernel halts.

quantum  = 50                   ; steps between two timer interrupts
user     = 1 << 31              ; PSW: mode, interrupts enabled, pc, base, bound
enabled  = 1 << 30
all      = 512

; The save area of a process: r0-r6, its PSW, whether it lives, and the next one.
saved_r1 = 1
psw      = 7
alive    = 8
other    = 9                    ; the save area of the other process

        .org 1
        .word handler << 19 | all       ; the trap sequence loads this: supervisor, no interrupts

        .org 16
boot:   ldi r0, 0
        ldi sp, first
        st  sp, current(r0)
        jal r6, start

; ---------------------------------------------------------------------------- entered on every trap

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
        ldi r4, '!'                     ; the process is at fault
        out r4
        jal r6, end

call:   ld  r2, one_on(r0)              ; the saved pc is the call's own: go on after it
        add r1, r2
        st  r1, psw(sp)
        ld  r2, 3(r0)                   ; which call
        ldi r3, -1
        add r3, r2
        bz  r3, print
        ldi r3, -2
        add r3, r2
        bz  r3, end
        ldi r4, '?'
        out r4
        jal r6, resume

print:  ld  r4, saved_r1(sp)
        out r4
        jal r6, resume

end:    ldi r1, 0
        st  r1, alive(sp)

; The next process, if it lives; else this one, if it lives; else all is done.
switch: ldi r5, 2                       ; processes to look at
next:   ld  sp, other(sp)
        ld  r1, alive(sp)
        bz  r1, dead
        st  sp, current(r0)
        jal r6, start
dead:   ldi r1, -1
        add r5, r1
        bz  r5, done
        jal r6, next
done:   ldi r1, 10
        out r1
        hlt

start:  ldi r1, quantum
        stm r1
resume: ld  r0, 0(sp)
        ld  r1, 1(sp)
        ld  r2, 2(sp)
        ld  r3, 3(sp)
        ld  r4, 4(sp)
        ld  r5, 5(sp)
        ld  r6, 6(sp)
        lpsw psw(sp)

current: .word 0
one_on:  .word 1 << 19

; ---------------------------------------------------------------------------------- the processes

first:  .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled | 256 << 10 | 64
        .word 1
        .word second
second: .word 0, 0, 0, 0, 0, 0, 0
        .word user | enabled | 384 << 10 | 64
        .word 1
        .word first

; Prints A five times, with some work in between, and ends.
        .org 256
a = 256                         ; a process counts its own addresses from 0
        ldi r2, 5
a_loop: ldi r1, 'A'
        svc 1
        ldi r3, 6
a_work: ldi r4, -1
        add r3, r4
        bz  r3, a_next - a
        jal r5, a_work - a
a_next: add r2, r4
        bz  r2, a_end - a
        jal r5, a_loop - a
a_end:  svc 2

; Prints b seven times, and then reaches for storage that is not its own.
        .org 384
b = 384
        ldi r2, 7
b_loop: ldi r1, 'b'
        svc 1
        ldi r3, 4
b_work: ldi r4, -1
        add r3, r4
        bz  r3, b_next - b
        jal r5, b_work - b
b_next: add r2, r4
        bz  r2, b_out - b
        jal r5, b_loop - b
b_out:  ldi r1, 64
        st  r1, 0(r1)
        svc 2
