; An operating system that does not end, for an R3000 with a clock and a console (mips-r3000-board.isa): a kernel in
; kseg0, and two processes in kuseg. A miss in kuseg is filled from the process's table, which Context
; points into; pages become present when they are first used (`p`), and dirty when they are first stored
; to (`w`). What is typed is printed.
;
;   v0 = 1   print the character in a0
;   v0 = 2   begin this process anew, and let the other run
;   v0 = 3   what the clock's frequency is, in a0
;
; Any other trap of a process prints a `!` and begins it anew. A process may use v0, v1, a0-a3, t0-t3, ra.

often    = 160                  ; clock interrupts a second: one in 409 steps
devices  = 0xb000               ; upper halves of kseg1 addresses: the console,
clock    = 0xb500               ; and the clock

; The save area of a process: its pc, registers, then the other's save area, its table, its PID, where it begins.
other    = 52
table    = 56
pid      = 60
begin    = 64

present  = 1 << 9               ; entries as in EntryLo; of the bits that it has not, the lowest two are the
dirty    = 1 << 10              ; kernel's: a page of the process's, which it may store to
page     = 1
writable = 2

        .org 0                          ; a miss in kuseg
        mfc0 k0, context
        mfc0 k1, epc
        lw   k0, 0(k0)
        sll  zero, zero, 0
        mtc0 k0, entrylo
        sll  zero, zero, 0
        tlbwr
        jr   k1
        rfe

        .org 0x80                       ; all other exceptions
        lui  k0, 0x8000
        lw   k0, current(k0)
        j    trap
        sll  zero, zero, 0

        .org 0x400
kernel: lui  t1, clock
        addiu t0, zero, often
        sw   t0, 0x100(t1)
        lui  k0, 0x8000
        j    switch
        ori  k0, k0, second

trap:   sw   v0, 4(k0)
        sw   v1, 8(k0)
        sw   a0, 12(k0)
        sw   a1, 16(k0)
        sw   a2, 20(k0)
        sw   a3, 24(k0)
        sw   t0, 28(k0)
        sw   t1, 32(k0)
        sw   t2, 36(k0)
        sw   t3, 40(k0)
        sw   ra, 44(k0)
        mfc0 t0, epc
        mfc0 a1, cause
        sw   t0, 0(k0)
        andi t1, a1, 0x7c               ; the cause, times four
        beq  t1, zero, interrupt
        addiu t2, zero, 8 << 2
        beq  t1, t2, call
        addiu t2, zero, 1 << 2
        beq  t1, t2, clean
        addiu t2, zero, 2 << 2
        beq  t1, t2, absent
        addiu t2, zero, 3 << 2
        beq  t1, t2, absent
        sll  zero, zero, 0

fault:  jal  print                      ; the process is at fault
        addiu a0, zero, '!'
again:  lw   t0, begin(k0)
        lw   t1, table(k0)
        sw   t0, 0(k0)
        lw   t0, 8(t1)                  ; its data are absent and clean again
        addiu t2, zero, -1 - present - dirty
        and  t0, t0, t2
        sw   t0, 8(t1)
        lw   t0, pid(k0)
        sll  zero, zero, 0
        ori  t0, t0, 0x2000
        mtc0 t0, entryhi
        sll  zero, zero, 0
        tlbp
        mfc0 t0, index
        mtc0 zero, entrylo
        bltz t0, switch
        sll  zero, zero, 0
        tlbwi
switch: lw   k0, other(k0)
        lui  t0, 0x8000
        sw   k0, current(t0)
        lw   t1, table(k0)
        lw   t2, pid(k0)
        mtc0 t1, context
        mtc0 t2, entryhi
resume: addiu t0, zero, 0x100c          ; to a user, where the clock's interrupts are enabled
        mtc0 t0, status
        lw   v0, 4(k0)
        lw   v1, 8(k0)
        lw   a0, 12(k0)
        lw   a1, 16(k0)
        lw   a2, 20(k0)
        lw   a3, 24(k0)
        lw   t0, 28(k0)
        lw   t1, 32(k0)
        lw   t2, 36(k0)
        lw   t3, 40(k0)
        lw   ra, 44(k0)
        lw   k1, 0(k0)
        sll  zero, zero, 0
        jr   k1
        rfe

print:  lui  t0, devices
        jr   ra
        sw   a0, 0(t0)

interrupt: lui t0, clock
        sw   zero, 0x110(t0)
        lui  t0, devices
        lw   a0, 0(t0)
        sll  zero, zero, 0
        beq  a0, zero, switch
        sll  zero, zero, 0
        jal  print
        sll  zero, zero, 0
        j    switch
        sll  zero, zero, 0

call:   addiu t0, t0, 4
        sw   t0, 0(k0)
        addiu t1, zero, 1
        beq  v0, t1, letter
        addiu t1, zero, 2
        beq  v0, t1, again
        lui  t0, clock
        lw   t0, 0x100(t0)
        j    resume
        sw   t0, 12(k0)

letter: jal  print
        sll  zero, zero, 0
        j    resume
        sll  zero, zero, 0

; The page of the address that trapped: t1 where the table has it, t2 what.
look:   mfc0 t0, badvaddr
        lw   t1, table(k0)
        srl  t0, t0, 12
        sltiu t2, t0, 16
        sll  t0, t0, 2
        beq  t2, zero, fault
        addu t1, t1, t0
        lw   t2, 0(t1)
        jr   ra
        sll  zero, zero, 0

absent: jal  look
        sll  zero, zero, 0
        andi t0, t2, page
        beq  t0, zero, fault
        andi t0, t2, present
        bne  t0, zero, fault
        ori  t2, t2, present
        j    mend
        addiu a0, zero, 'p'

clean:  jal  look
        sll  zero, zero, 0
        andi t0, t2, writable
        beq  t0, zero, fault
        ori  t2, t2, dirty
        addiu a0, zero, 'w'
mend:   sw   t2, 0(t1)
        mtc0 t2, entrylo
        tlbp
        mfc0 t0, index
        sll  zero, zero, 0
        bltz t0, new
        sll  zero, zero, 0
        tlbwi
        jal  print
        sll  zero, zero, 0
        j    resume
        sll  zero, zero, 0
new:    tlbwr
        jal  print
        sll  zero, zero, 0
        j    resume
        sll  zero, zero, 0

current: .word 0
first:  .word 0x1000
        .zero 48
        .word 0x80000000 + second, 0x80200000, 1 << 6, 0x1000
second: .word 0x1000
        .zero 48
        .word 0x80000000 + first, 0x80400000, 2 << 6, 0x1000

; Adds up numbers in its own page, by two names, and changes an instruction of its own in every round.
        .org 0x5000
a:      addiu a2, zero, 20
        addiu a1, zero, 0x2000
        addiu a3, zero, 0x3000
a_work: lw   t0, 0(a1)
        lw   t1, 16(a3)
        addiu a2, a2, -1
        addu t0, t0, t1
        sw   t0, 20(a1)
        lw   t1, 20(a3)
        multu t0, t0
        mfhi t2
        addu t1, t1, t2
        bne  a2, zero, a_work
        sw   t1, 0(a1)
        addiu t2, zero, 0x1000
        lw   t0, a_letter - a(t2)       ; the letter in the instruction goes on by one
        sll  zero, zero, 0
        addiu t0, t0, 1
        sw   t0, a_letter - a(t2)
        addiu v0, zero, 1
a_letter: addiu a0, zero, 'a' - 1
        syscall 0
        addiu v0, zero, 3
        syscall 0
        j    0x1000
        sw   a0, 24(a1)

; Does something else that is not allowed in every round.
        .org 0x6000
b:      addiu a2, zero, 30
b_work: bne  a2, zero, b_work
        addiu a2, a2, -1
        addiu v0, zero, 1
        addiu a0, zero, 'b'
        syscall 0
        addiu a1, zero, 0x2000
        lw   t0, 0(a1)
        lui  t2, 0x8000
        addiu t0, t0, 1
        sw   t0, 0(a1)
        andi t0, t0, 7
        sll  t0, t0, 3
        addiu t1, zero, 0x1000
        addu t0, t0, t1
        addiu t0, t0, b_wrong - b
        jr   t0
        sll  zero, zero, 0
b_wrong: j   0x1000
        sw   t0, 0(t1)                  ; for reading only, in a branch slot
        mtc0 t0, status
        sll  zero, zero, 0
        lw   t0, 0(t2)                  ; the kernel's
        sll  zero, zero, 0
        lui  t0, 0x7000                 ; no such page
        jr   t0
        break 0
        sll  zero, zero, 0
        .word 0x0000003f                ; no instruction
        sll  zero, zero, 0
        lw   t0, 2(a1)                  ; unaligned
        sll  zero, zero, 0
        rfe
        sll  zero, zero, 0

; The tables: of 16 pages, the rest of what Context reaches is absent as well.
        .org 0x200000
        .word 0, 5 << 12 | page | writable | present, 7 << 12 | page | writable, 7 << 12 | page | writable
        .org 0x400000
        .word 0, 6 << 12 | page | present, 8 << 12 | page | writable

        .org 0x1fc00000
        lui  t0, 0x8000
        ori  t0, t0, kernel
        jr   t0
        sll  zero, zero, 0
