; A kernel in ring 0 with tables and flags of its own, that asks one instruction about them: put it in the
; place of the one at `ask`, which asks nothing. Under a monitor the answer may be the monitor's.

        .org 0x1000
boot:   movr esp, stack
        lgdt [gdtr]
        lidt [idtr]
        jmpf 8, flat
flat:   movr eax, 0x10
        loadseg ss, eax
        loadseg ds, eax
        loadseg es, eax
        movr eax, 0x28
        ltr eax
        movr eax, 0x30
        lldt eax
        movr eax, 0xb               ; MP and TS
        lmsw eax
        push 0x203                  ; flags: interrupts enabled, and carry
        movr eax, 0
        movr ebx, 0x10
ask:    bswap eax
beyond: mov [answer+16], eax
        hlt

        .align 8
gdt:    .u32 0, 0
        .u32 0x0000ffff, 0x00cf9b00
        .u32 0x0000ffff, 0x00cf9300
        .u32 0x0000ffff, 0x00cffb00
        .u32 0x0000ffff, 0x00cff300
        .u32 tss << 16 | 0x67, 0x00008900
        .u32 gdt << 16 | 7, 0x00008200
gdtr:   .u16 55
        .u32 gdt
idtr:   .u16 0x77
        .u32 0x1800
        .align 8
tss:    .zero 104
answer: .zero 32
        .zero 128
stack:  .zero 16
target: .u32 beyond
        .u16 8
stacked: .u32 0
        .u16 0x10
