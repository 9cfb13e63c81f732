; An operating system that does not end, for a Model 67 with translation: the supervisor lives in real storage, two
; processes in virtual storage of their own, each with a segment table and two page tables. Pages become present when they
; are first used (`p`). The supervisor finds what a process points to by LRA; the timer preempts processes, and the
; interrupt key prints a `k`.
;
;   svc 1   print the character that r1 points to
;   svc 2   begin this process anew, and let the other run
;   svc 3   what is left of the quantum, in r1
;
; Any other interruption of a process prints a `!` and begins it anew, with its data absent.

timer    = 0x50
quantum  = 0x600                ; the timer counts 0x100 down in 64 steps

; The save area of a process: its registers, its PSW, the other's save area, its page table, the PSW that it begins with,
; and its segment table.
psw      = 64
other    = 72
pages    = 76
begin    = 80
segments = 88

        .org 0x48
        .u32 ccw                        ; CAW
        .org 0x58                       ; new PSWs, extended: supervisor state, no translation, nothing enabled
        .u32 0, external, 0, call, 0, program, 0, fault, 0, done

        .org 0x200
boot:   lmc  4, 6, control(0)           ; from here on the PSW is the extended one
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
        tm   0x0f(0), 0x40              ; the interrupt key
        bc   8, time(0, 0)
        la   r1, 'k'(0, 0)
        bal  r14, print(0, 0)
time:   tm   0x0f(0), 0x80              ; the timer
        bc   8, resume(0, 0)
        bc   15, switch(0, 0)

call:   st   r14, saved14(0, 0)
        bal  r14, save(0, 0)
        lm   r0, r1, 0x20(0)
        stm  r0, r1, psw(13)
        lh   r0, 0x10(0, 0)             ; which
        la   r2, 1(0, 0)
        cr   r0, r2
        bc   8, letter(0, 0)
        la   r2, 2(0, 0)
        cr   r0, r2
        bc   8, again(0, 0)
        l    r0, timer(0, 0)
        st   r0, 4(0, 13)
        bc   15, resume(0, 0)
letter: l    r2, 4(0, 13)
        lra  r3, 0(0, 2)
        bc   7, fault(0, 0)             ; points to nothing
        ic   r1, 0(0, 3)
        bal  r14, print(0, 0)
        bc   15, resume(0, 0)

program: st  r14, saved14(0, 0)
        bal  r14, save(0, 0)
        lm   r0, r1, 0x28(0)
        lh   r4, 0x12(0, 0)             ; why
        la   r2, 17(0, 0)
        cr   r4, r2
        bc   7, fault(0, 0)
        stmc 2, 2, where(0)             ; a page is not there
        l    r2, where(0, 0)
        srl  r2, 12(0)
        la   r3, 0xff(0, 0)
        nr   r2, r3
        la   r3, 3(0, 0)
        cr   r2, r3
        bc   2, fault(0, 0)             ; nor will it be
        ar   r2, r2
        a    r2, pages(0, 13)
        lh   r4, 0(0, 2)
        la   r3, 8(0, 0)
        cr   r4, r3
        bc   8, fault(0, 0)             ; none of this process's
        ni   1(2), 0xf7
        lr   r2, r0                     ; the instruction once more: back by its length
        srl  r2, 13(0)
        la   r3, 6(0, 0)
        nr   r2, r3
        sr   r1, r2
        stm  r0, r1, psw(13)
        la   r1, 'p'(0, 0)
        bal  r14, print(0, 0)
        bc   15, resume(0, 0)

fault:  la   r1, '!'(0, 0)              ; the process is at fault
        bal  r14, print(0, 0)
        l    r2, pages(0, 13)
        oi   3(2), 8
again:  lm   r0, r1, begin(13)
        stm  r0, r1, psw(13)
switch: l    r13, other(0, 13)
        st   r13, current(0, 0)
        la   r0, quantum(0, 0)
        st   r0, timer(0, 0)
        lmc  0, 0, segments(13)
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
control: .u32 1 << 31, 0, 1 << 23       ; channel 0 may interrupt; the extended mode
        .align 8
where:  .u32 0, 0
ccw:    .u32 0x01 << 24 | buffer, 1     ; write one byte
buffer: .u32 0
current: .u32 0
saved13: .u32 0
saved14: .u32 0
        .align 8
first:  .zero 64
        .u32 0x07010000, 0, second, pages_a, 0x07010000, 0, table_a, 0
second: .zero 64
        .u32 0x07010000, 0, first, pages_b, 0x07010000, 0, table_b, 0

; --------------------------------------------------------------------------------------------- tables

; Segment tables: a page table with four pages, in the second segment one with one. The others are not there.
        .org 0x1000
table_a: .u32 0x03 << 24 | pages_a, large_a, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
table_b: .u32 0x03 << 24 | pages_b, large_b, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
; Code; data, by two names in the first; none.
pages_a: .u16 0x0020, 0x0038, 0x0038, 0x0008
large_a: .u16 0x0030, 0
pages_b: .u16 0x0040, 0x0058, 0x0008, 0x0008
large_b: .u16 0x0058, 0

; ------------------------------------------------------------------------------------------ processes

; Adds up numbers in its page, by three names, moves them, and executes an instruction with operands of its own.
        .org 0x2000
a:      balr r12, r0
a_:     lm   r6, r8, a_at - a_(12)
        la   r3, 20(0, 0)
a_work: l    r4, 0(0, 6)
        a    r4, 4(0, 7)
        st   r4, 4(0, 6)
        bct  r3, a_work - a_(0, 12)
        mvc  16(7, 7), 0(6)
        l    r4, 16(0, 8)
        la   r5, 0x31(0, 0)
        ex   r5, a_add - a_(0, 12)      ; ar r3, r1
        ic   r1, 32(0, 7)               ; the letter goes on by one
        la   r1, 1(0, 1)
        stc  r1, 32(0, 6)
        la   r1, 32(0, 8)
        svc  1
        svc  3
        st   r1, 36(0, 7)
        bc   15, a_ - a_(0, 12)
a_add:  ar   r0, r0
        .align 4
a_at:   .u32 0x1000, 0x2000, 0x100000
        .org 0x3000
        .u32 1, 7
        .org 0x3020
        .u32 ('a' - 1) << 24

; Does something else that is not allowed in every round.
        .org 0x4000
b:      balr r12, r0
b_:     la   r3, 30(0, 0)
b_wait: bct  r3, b_wait - b_(0, 12)
        lm   r6, r8, b_at - b_(12)
        la   r5, 1(0, 0)
        a    r5, 0(0, 6)
        st   r5, 0(0, 6)
        la   r1, 4(0, 6)
        svc  1
        la   r4, 7(0, 0)
        nr   r4, r5
        sll  r4, 3(0)
        sr   r10, r10
        bc   15, b_wrong - b_(4, 12)
b_wrong: st  r4, 0(0, 7)                ; no such segment
        bc   15, b_ - b_(0, 12)
        l    r4, 0(0, 8)                ; the table is too short
        bc   15, b_ - b_(0, 12)
        lmc  0, 0, 0(6)                 ; other tables?
        bc   15, b_ - b_(0, 12)
        lra  r4, 0(0, 6)
        bc   15, b_ - b_(0, 12)
        bc   15, 0x2ff(0, 6)            ; an odd address,
        bc   15, 0(0, 7)                ; and none
        dr   r8, r10                    ; by zero
        .u16 0                          ; no instruction
        bc   15, b_ - b_(0, 12)
        lr   r1, r7
        svc  1                          ; points to nothing
        bc   15, b_ - b_(0, 12)
        svc  2
        .u16 0
        bc   15, b_ - b_(0, 12)
        .align 4
b_at:   .u32 0x1000, 0x200000, 0x4000
        .org 0x5000
        .u32 0
        .u32 'b' << 24
