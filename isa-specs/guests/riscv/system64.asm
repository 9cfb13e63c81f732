; The operating system of system.asm for RV64 with Sv39 (RV64Platform of riscv/platform.isa): addresses, registers and
; entries of tables are twice as wide, and tables have three levels. The interface is the same:
;
;   a7 = 1   print the character in a0
;   a7 = 2   begin this process anew, and let the other run
;   a7 = 3   the time, in a0
;
; Any other trap of a process prints a `!` and begins it anew. A process may use ra, sp, t0-t2 and a0-a7.

quantum  = 400                  ; steps between two timer interrupts
uart     = 0x10010              ; 4 KiB pages: the serial line,
clint    = 0x02004              ; and mtimecmp

; The save area of a process: x0 to x31, x0 standing for the pc; then the other's save area, satp, its table, where it begins.
sp_      = 16
other    = 256
space    = 264
table    = 272
begin    = 280

; ------------------------------------------------------------------------------------------- firmware

        .org 0
boot:   addi gp, zero, 1                ; where storage begins, in all that is privileged
        slli gp, gp, 31
        addi t0, gp, mtrap
        csrrw zero, mtvec, t0
        addi t0, gp, msave
        csrrw zero, mscratch, t0
        addi t0, zero, -1               ; S-mode and U-mode reach what the tables say
        csrrw zero, pmpaddr0, t0
        addi t0, zero, 0x1f
        csrrw zero, pmpcfg0, t0
        lui t0, 0xb                     ; S-mode handles all but its own calls
        addi t0, t0, 0x1ff
        csrrw zero, medeleg, t0
        addi t0, zero, 0x222
        csrrw zero, mideleg, t0
        csrrwi zero, mcounteren, 7
        addi t0, gp, kernel
        csrrw zero, mepc, t0
        lui t0, 1                       ; mstatus.MPP: S-mode
        addi t0, t0, -2048
        csrrw zero, mstatus, t0
        mret

mtrap:  csrrw sp, mscratch, sp
        sd t0, 0(sp)
        sd t1, 8(sp)
        csrrs t0, mcause, zero
        blt t0, zero, tick
        csrrs t0, mepc, zero            ; a call of the kernel's
        addi t0, t0, 4
        csrrw zero, mepc, t0
        beq a7, zero, alarm
        lui t1, uart                    ; read a character
        lw a0, 4(t1)
        jal zero, mdone
alarm:  lui t1, clint                   ; an interrupt at the time a0
        sd a0, 0(t1)
        addi t0, zero, 0x20
        csrrc zero, mip, t0
        addi t0, zero, 0x80
        csrrs zero, mie, t0
        jal zero, mdone
tick:   addi t0, zero, 0x80             ; the timer: S-mode's is pending until it asks for another
        csrrc zero, mie, t0
        addi t0, zero, 0x20
        csrrs zero, mip, t0
mdone:  ld t0, 0(sp)
        ld t1, 8(sp)
        csrrw sp, mscratch, sp
        mret
        .align 8
msave:  .u64 0, 0

; --------------------------------------------------------------------------------------------- kernel

kernel: addi t0, gp, trap
        csrrw zero, stvec, t0
        csrrwi zero, scounteren, 7
        addi t0, zero, 0x20
        csrrw zero, sie, t0
        addi sp, gp, second
        jal zero, switch

trap:   csrrw sp, sscratch, sp
        sd ra, 8(sp)
        sd gp, 24(sp)
        sd t0, 40(sp)
        sd t1, 48(sp)
        sd t2, 56(sp)
        sd a0, 80(sp)
        sd a1, 88(sp)
        sd a2, 96(sp)
        sd a3, 104(sp)
        sd a4, 112(sp)
        sd a5, 120(sp)
        sd a6, 128(sp)
        sd a7, 136(sp)
        csrrs t0, sscratch, zero
        sd t0, sp_(sp)
        csrrs t0, sepc, zero
        sd t0, 0(sp)
        addi gp, zero, 1
        slli gp, gp, 31
        csrrs a0, scause, zero
        blt a0, zero, timer
        addi t0, zero, 8
        beq a0, t0, call
        addi t0, zero, 12
        beq a0, t0, page
        addi t0, zero, 13
        beq a0, t0, page
        addi t0, zero, 15
        beq a0, t0, page

fault:  addi a0, zero, '!'              ; the process is at fault
        jal ra, print
again:  ld t0, begin(sp)
        sd t0, 0(sp)
        ld t1, table(sp)                ; its data are absent and clean again
        ld t0, 16(t1)
        andi t0, t0, -0x82
        sd t0, 16(t1)
switch: ld sp, other(sp)
        ld t0, space(sp)
        csrrw zero, satp, t0
        sfence.vma zero, zero
        csrrs a0, time, zero
        addi a0, a0, quantum
        addi a7, zero, 0
        ecall
resume: ld t0, 0(sp)
        csrrw zero, sepc, t0
        addi t0, zero, 0x100            ; sstatus: to U-mode, where interrupts are enabled
        csrrc zero, sstatus, t0
        ld t0, sp_(sp)
        csrrw zero, sscratch, t0
        ld ra, 8(sp)
        ld gp, 24(sp)
        ld t0, 40(sp)
        ld t1, 48(sp)
        ld t2, 56(sp)
        ld a0, 80(sp)
        ld a1, 88(sp)
        ld a2, 96(sp)
        ld a3, 104(sp)
        ld a4, 112(sp)
        ld a5, 120(sp)
        ld a6, 128(sp)
        ld a7, 136(sp)
        csrrw sp, sscratch, sp
        sret

print:  lui t1, uart
        sw a0, 0(t1)
        jalr zero, 0(ra)

timer:  addi a7, zero, 2
        ecall
        blt a0, zero, switch
        jal ra, print
        jal zero, switch

call:   ld t0, 0(sp)
        addi t0, t0, 4
        sd t0, 0(sp)
        addi t0, zero, 1
        beq a7, t0, letter
        addi t0, zero, 2
        beq a7, t0, again
        csrrs t0, time, zero
        sd t0, 80(sp)
        jal zero, resume
letter: ld a0, 80(sp)
        jal ra, print
        jal zero, resume

page:   csrrs t0, stval, zero
        srli t0, t0, 12
        sltiu t1, t0, 16
        beq t1, zero, fault
        slli t0, t0, 3
        ld t1, table(sp)
        add t1, t1, t0                  ; where its table has the page
        ld t2, 0(t1)
        beq t2, zero, fault
        andi a1, t2, 1
        beq a1, zero, absent
        addi a1, zero, 15               ; present: for writing, and clean?
        bne a0, a1, fault
        andi a1, t2, 0x84
        addi a2, zero, 4
        bne a1, a2, fault
        ori t2, t2, 0x80
        sd t2, 0(t1)
        addi a0, zero, 'w'
        jal zero, mended
absent: ori t2, t2, 1
        sd t2, 0(t1)
        addi a0, zero, 'p'
mended: sfence.vma zero, zero
        jal ra, print
        jal zero, resume

        .align 8
first:  .u64 0x1000
        .zero 248
        .u64 ram + second, 8 << 60 | 0x80002, ram + 0x8000, 0x1000
second: .u64 0x1000
        .zero 248
        .u64 ram + first, 8 << 60 | 0x80003, ram + 0x9000, 0x1000
ram     = 0x80000000

; --------------------------------------------------------------------------------------------- tables

present   = 0x01
read      = 0x02
write     = 0x04
run       = 0x08
users     = 0x10
used      = 0x40
dirty     = 0x80

; The roots, the first process's and the second's: its own pages and the serial line, and the kernel.
        .org 0x2000
        .u64 0x80004 << 10 | present, 0, 0x80006 << 10 | present
        .org 0x3000
        .u64 0x80005 << 10 | present, 0, 0x80006 << 10 | present

; Below the roots, a gigabyte each; the serial line lies in a large page.
line = 0x10000 << 10 | dirty | used | write | read | present
        .org 0x4000
        .u64 0x80008 << 10 | present
        .org 0x4000 + 8 * 0x80
        .u64 line
        .org 0x5000
        .u64 0x80009 << 10 | present
        .org 0x5000 + 8 * 0x80
        .u64 line
        .org 0x6000
        .u64 0x80007 << 10 | present

all = dirty | used | run | write | read | present
        .org 0x7000
        .u64 0x80000 << 10 | all, 0x80001 << 10 | all, 0x80002 << 10 | all, 0x80003 << 10 | all
        .u64 0x80004 << 10 | all, 0x80005 << 10 | all, 0x80006 << 10 | all, 0x80007 << 10 | all
        .u64 0x80008 << 10 | all, 0x80009 << 10 | all

later = used | users | write | read
        .org 0x8000
        .u64 0, 0x8000a << 10 | used | users | run | write | read | present
        .u64 0x8000c << 10 | later, 0x8000c << 10 | later      ; one page by two names
        .org 0x9000
        .u64 0, 0x8000b << 10 | used | users | run | read | present
        .u64 0x8000d << 10 | later

; ------------------------------------------------------------------------------------------ processes

; Adds up numbers in its own page, by two names, and changes an instruction of its own in every round.
        .org 0xa000
a:      lui a1, 2
        lui a3, 3
        addi a2, zero, 20
a_work: ld t0, 0(a1)
        ld t1, 16(a3)
        add t0, t0, t1
        sd t0, 24(a1)
        ld t1, 24(a3)
        slli t1, t1, 33                 ; beyond a word
        amoadd.d t0, t1, (a1)
        subw t0, t0, t1
        lwu t1, 4(a3)
        addi a2, a2, -1
        bne a2, zero, a_work
        lui t2, 1
        lw t0, a_letter - a(t2)         ; the letter in the instruction goes on by one
        lui t1, 0x100
        add t0, t0, t1
        sw t0, a_letter - a(t2)
        fence.i
a_letter: addi a0, zero, 'a' - 1
        addi a7, zero, 1
        ecall
        csrrs t0, cycle, zero           ; what users read of time
        csrrs t1, instret, zero
        sub t0, t0, t1
        sd t0, 32(a1)
        addi a7, zero, 3
        ecall
        sd a0, 40(a1)
        jal zero, a

; Does something else that is not allowed in every round.
        .org 0xb000
b:      addi a2, zero, 30
b_work: addi a2, a2, -1
        bne a2, zero, b_work
        addi a0, zero, 'b'
        addi a7, zero, 1
        ecall
        lui a1, 2
        lw t0, 0(a1)
        addi t0, t0, 1
        sw t0, 0(a1)
        andi t0, t0, 7
        slli t0, t0, 3
        addi t2, zero, 1
        slli t2, t2, 31
        lui t1, 1
        add t1, t1, t0
        jalr zero, b_wrong - b(t1)
b_wrong: sw t0, 0(t1)                   ; for reading only
        jal zero, b
        csrrw zero, satp, zero          ; other tables?
        jal zero, b
        jalr zero, 0(a1)                ; nothing to be executed
        jal zero, b
        ld t0, 0(t2)                    ; the kernel's
        jal zero, b
        ebreak
        jal zero, b
        .word 0xffffffff                ; no instruction
        jal zero, b
        lw t0, 2(a1)                    ; misaligned
        jal zero, b
        sret
        jal zero, b
