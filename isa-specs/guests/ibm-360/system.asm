; An operating system that does not end, for a System/360 and for a Model 67 that has not been told to be more: two
; processes in the problem state, each with a storage key of its own, preempted by the interval timer. The
; supervisor writes to the console by SIO, and is told by an interruption when that is done. The interrupt key
; prints a `k`.
;
;   svc 1   print the character in r1
;   svc 2   begin this process anew, and let the other run
;   svc 3   what is left of the quantum, in r1
;
; Any other interruption of a process prints a `!` and begins it anew.

timer    = 0x50
quantum  = 0x600                ; the timer counts 0x100 down in 64 steps

; The save area of a process: its registers, its PSW, the other's save area, and the PSW that it begins with.
psw      = 64
other    = 72
begin    = 80

        .org 0x48
        .u32 ccw                        ; CAW
        .org 0x58                       ; new PSWs: supervisor state, nothing enabled
        .u32 0, external, 0, call, 0, program, 0, fault, 0, done

        .org 0x200
boot:   la   r1, 0x08(0, 0)             ; key 0: others do not even fetch
        la   r2, 0(0, 0)
        ssk  r1, r2
        la   r2, 0x800(0, 0)
        ssk  r1, r2
        la   r1, 0x18(0, 0)             ; key 1
        l    r2, at_a(0, 0)
        ssk  r1, r2
        la   r1, 0x28(0, 0)             ; key 2
        l    r2, at_b(0, 0)
        ssk  r1, r2
        la   r13, second(0, 0)
        bc   15, switch(0, 0)

; Where the process is saved, in r13; its registers are. Comes from where r14 has been put away.
save:   st   r13, saved13(0, 0)
        l    r13, current(0, 0)
        stm  r0, r12, 0(13)
        st   r15, 60(0, 13)
        l    r0, saved13(0, 0)
        l    r1, saved14(0, 0)
        stm  r0, r1, 52(13)
        bcr  15, r14

external: st r14, saved14(0, 0)
        bal  r14, save(0, 0)
        lm   r0, r1, 0x18(0)
        stm  r0, r1, psw(13)
        tm   0x1b(0), 0x40              ; the interrupt key
        bc   8, time(0, 0)
        la   r1, 'k'(0, 0)
        bal  r14, print(0, 0)
time:   tm   0x1b(0), 0x80              ; the timer
        bc   8, resume(0, 0)
        bc   15, switch(0, 0)

call:   st   r14, saved14(0, 0)
        bal  r14, save(0, 0)
        lm   r0, r1, 0x20(0)
        stm  r0, r1, psw(13)
        sll  r0, 16(0)
        srl  r0, 16(0)
        la   r2, 1(0, 0)
        cr   r0, r2
        bc   8, letter(0, 0)
        la   r2, 2(0, 0)
        cr   r0, r2
        bc   8, again(0, 0)
        l    r0, timer(0, 0)
        st   r0, 4(0, 13)
        bc   15, resume(0, 0)
letter: l    r1, 4(0, 13)
        bal  r14, print(0, 0)
        bc   15, resume(0, 0)

program: st  r14, saved14(0, 0)
        bal  r14, save(0, 0)
fault:  la   r1, '!'(0, 0)              ; the process is at fault
        bal  r14, print(0, 0)
again:  lm   r0, r1, begin(13)
        stm  r0, r1, psw(13)
switch: l    r13, other(0, 13)
        st   r13, current(0, 0)
        la   r0, quantum(0, 0)
        st   r0, timer(0, 0)
resume: lm   r0, r1, psw(13)
        stm  r0, r1, next(0)
        lm   r14, r15, 56(13)
        lm   r0, r12, 0(13)
        l    r13, 52(0, 13)
        lpsw next(0)

; Once the console is free.
print:  tio  9(0)
        bc   7, print(0, 0)
        stc  r1, buffer(0, 0)
        sio  9(0)
        bcr  15, r14

; The console is done: not a register is needed.
done:   lpsw 0x38(0)

        .align 8
next:   .u32 0, 0
ccw:    .u32 0x01 << 24 | buffer, 1     ; write one byte
buffer: .u32 0
current: .u32 0
saved13: .u32 0
saved14: .u32 0
at_a:   .u32 0x2000
at_b:   .u32 0x3000
first:  .zero 64
        .u32 0x81110000, 0x2000, second, 0, 0x81110000, 0x2000
second: .zero 64
        .u32 0x81210000, 0x3000, first, 0, 0x81210000, 0x3000

; Adds up numbers, moves them, prints them in decimal, and executes an instruction with operands of its own.
        .org 0x2000
a:      balr r12, r0
a_:     la   r3, 20(0, 0)
a_work: l    r4, a_x - a_(0, 12)
        a    r4, a_y - a_(0, 12)
        st   r4, a_x - a_(0, 12)
        bct  r3, a_work - a_(0, 12)
        mvc  a_y - a_(3, 12), a_x - a_(12)
        cvd  r4, a_d - a_(0, 12)
        unpk a_u - a_(7, 12), a_d + 4 - a_(3, 12)
        la   r5, 0x31(0, 0)
        ex   r5, a_add - a_(0, 12)      ; ar r3, r1
        ic   r1, a_u + 6 - a_(0, 12)    ; a digit
        la   r2, 0x0f(0, 0)
        nr   r1, r2
        la   r1, '0'(0, 1)
        svc  1
        ic   r1, a_l - a_(0, 12)        ; and a letter, which goes on by one
        la   r1, 1(0, 1)
        stc  r1, a_l - a_(0, 12)
        svc  1
        svc  3
        st   r1, a_z - a_(0, 12)
        bc   15, a_ - a_(0, 12)
a_add:  ar   r0, r0
        .align 8
a_d:    .u32 0, 0
a_u:    .u32 0, 0
a_x:    .u32 1
a_y:    .u32 7
a_z:    .u32 0
a_l:    .u32 ('a' - 1) << 24

; Does something else that is not allowed in every round.
        .org 0x3000
b:      balr r12, r0
b_:     la   r3, 30(0, 0)
b_wait: bct  r3, b_wait - b_(0, 12)
        la   r1, 'b'(0, 0)
        svc  1
        l    r6, b_a - b_(0, 12)
        la   r5, 1(0, 0)
        a    r5, b_n - b_(0, 12)
        st   r5, b_n - b_(0, 12)
        la   r4, 7(0, 0)
        nr   r4, r5
        sll  r4, 3(0)
        sr   r10, r10
        bc   15, b_wrong - b_(4, 12)
b_wrong: st  r4, 0x100(0, 6)            ; the other's
        bc   15, b_ - b_(0, 12)
        l    r4, timer(0, 0)            ; the supervisor's
        bc   15, b_ - b_(0, 12)
        lpsw 0(12)
        bc   15, b_ - b_(0, 12)
        ex   r0, b_psw - b_(0, 12)      ; the same
        bc   15, b_ - b_(0, 12)
        l    r4, 2(0, 12)               ; not at a multiple of four, or is it?
        bc   15, 0(0, 6)                ; into the other's
        dr   r8, r10                    ; by zero
        .u16 0                          ; no instruction
        bc   15, b_ - b_(0, 12)
        l    r4, b_far - b_(0, 12)
        l    r4, 0(0, 4)                ; no such storage
        svc  2
        .u16 0
        bc   15, b_ - b_(0, 12)
b_psw:  lpsw 0(12)
b_n:    .u32 0
b_a:    .u32 0x2000
b_far:  .u32 0x50000
