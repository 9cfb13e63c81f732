; A kernel in M-mode that does not end, for RV32 without page tables, a CLINT and a serial line
; (riscv/platform.isa), and two processes in U-mode. Each reaches a block of storage that PMP gives it and
; nothing else. The kernel is entered by calls, by its timer, and by faults; what is typed is printed.
;
;   a7 = 1   print the character in a0
;   a7 = 2   begin this process anew, and let the other run
;   a7 = 3   the time, in a0
;
; Any other trap of a process prints a `!` and begins it anew. A process may use ra, sp, t0-t2 and a0-a7.

quantum  = 400                  ; steps between two timer interrupts
ram      = 0x80000000
uart     = 0x10010              ; 4 KiB pages: the serial line,
clint    = 0x02004              ; mtimecmp,
clock    = 0x0200c              ; and mtime is before this

; The save area of a process: x0 to x31, x0 standing for the pc; then the other's save area, its block, where it begins.
sp_      = 8
other    = 128
block    = 132
begin    = 136

        .org 0
boot:   lui gp, 0x80000                 ; where storage begins
        addi t0, gp, trap
        csrrw zero, mtvec, t0
        addi t0, zero, 0x1f             ; one block, to read, write and execute
        csrrw zero, pmpcfg0, t0
        csrrwi zero, mcounteren, 7
        csrrwi zero, scounteren, 7
        addi t0, zero, 0x80
        csrrw zero, mie, t0
        csrrw zero, mstatus, zero       ; to U-mode
        addi sp, gp, second
        jal zero, switch

trap:   csrrw sp, mscratch, sp
        sw ra, 4(sp)
        sw gp, 12(sp)
        sw t0, 20(sp)
        sw t1, 24(sp)
        sw t2, 28(sp)
        sw a0, 40(sp)
        sw a1, 44(sp)
        sw a2, 48(sp)
        sw a3, 52(sp)
        sw a4, 56(sp)
        sw a5, 60(sp)
        sw a6, 64(sp)
        sw a7, 68(sp)
        csrrs t0, mscratch, zero
        sw t0, sp_(sp)
        csrrs t0, mepc, zero
        sw t0, 0(sp)
        lui gp, 0x80000
        csrrs a0, mcause, zero
        blt a0, zero, timer
        addi t0, zero, 8
        beq a0, t0, call

fault:  addi a0, zero, '!'              ; the process is at fault
        jal ra, print
again:  lw t0, begin(sp)
        sw t0, 0(sp)
switch: lw sp, other(sp)
        lw t0, block(sp)
        csrrw zero, pmpaddr0, t0
        lui t1, clock
        lw t0, -8(t1)
        addi t0, t0, quantum
        lui t1, clint
        sw t0, 0(t1)
        sw zero, 4(t1)
resume: lw t0, 0(sp)
        csrrw zero, mepc, t0
        lw t0, sp_(sp)
        csrrw zero, mscratch, t0
        lw ra, 4(sp)
        lw gp, 12(sp)
        lw t0, 20(sp)
        lw t1, 24(sp)
        lw t2, 28(sp)
        lw a0, 40(sp)
        lw a1, 44(sp)
        lw a2, 48(sp)
        lw a3, 52(sp)
        lw a4, 56(sp)
        lw a5, 60(sp)
        lw a6, 64(sp)
        lw a7, 68(sp)
        csrrw sp, mscratch, sp
        mret

print:  lui t1, uart
        sw a0, 0(t1)
        jalr zero, 0(ra)

timer:  lui t1, uart
        lw a0, 4(t1)
        blt a0, zero, switch
        jal ra, print
        jal zero, switch

call:   lw t0, 0(sp)
        addi t0, t0, 4
        sw t0, 0(sp)
        addi t0, zero, 1
        beq a7, t0, letter
        addi t0, zero, 2
        beq a7, t0, again
        lui t1, clock
        lw t0, -8(t1)
        sw t0, 40(sp)
        jal zero, resume
letter: lw a0, 40(sp)
        jal ra, print
        jal zero, resume

; A block of 2^n bytes: its address in words, and n - 3 ones at the end.
first:  .word ram + a
        .zero 124
        .word ram + second, (ram + a) >> 2 | 0x1ff, ram + a
second: .word ram + b
        .zero 124
        .word ram + first, (ram + b) >> 2 | 0xff, ram + b

; Adds up numbers, and changes an instruction of its own in every round.
        .org 0x1000
a:      auipc a1, 0
        addi a2, zero, 20
a_work: lw t0, a_data - a(a1)
        lw t1, a_data - a + 4(a1)
        add t0, t0, t1
        sw t0, a_data - a + 8(a1)
        amoadd.w t1, t0, (a1)
        sw t1, 0(a1)
        addi a2, a2, -1
        bne a2, zero, a_work
        lw t0, a_letter - a(a1)         ; the letter in the instruction goes on by one
        lui t1, 0x100
        add t0, t0, t1
        sw t0, a_letter - a(a1)
        fence.i
a_letter: addi a0, zero, 'a' - 1
        addi a7, zero, 1
        ecall
        csrrs t0, cycle, zero           ; what users read of time
        csrrs t1, instret, zero
        sub t0, t0, t1
        sw t0, a_data - a(a1)
        addi a7, zero, 3
        ecall
        sw a0, a_data - a + 4(a1)
        jal zero, a
        .org 0x1800
a_data = a + 0x400
b_data = b + 0x200

; Does something else that is not allowed in every round.
        .org 0x2000
b:      addi a2, zero, 30
b_work: addi a2, a2, -1
        bne a2, zero, b_work
        addi a0, zero, 'b'
        addi a7, zero, 1
        ecall
        lui a1, (ram + b) >> 12
        lw t0, b_data - b(a1)
        addi t0, t0, 1
        sw t0, b_data - b(a1)
        andi t0, t0, 7
        slli t0, t0, 3
        add t1, a1, t0
        jalr zero, b_wrong - b(t1)
b_wrong: sw t0, 0x7fc(a1)               ; the last of its own
        jal zero, b
        lw t0, -4(a1)                   ; before its block
        jal zero, b
        addi a1, a1, 0x7ff              ; and behind it
        lw t0, 1(a1)
        lui t0, uart                    ; a device
        sw t0, 0(t0)
        csrrw zero, pmpaddr0, zero      ; another block?
        jal zero, b
        .word 0xffffffff                ; no instruction
        jal zero, b
        lw t0, 2(a1)                    ; misaligned
        jal zero, b
        mret
        jal zero, b
