; An operating system that does not end, for IA-32 without paging: from flat segments to a GDT, an IDT and
; a TSS, then two processes in ring 3, preempted by the timer. The console is port 0xe9.
;
;   int 0x30   print the character in al
;
; The first process prints `a`. The second prints `b`, reaches beyond its segment, which is a general
; protection fault, and executes CLI, which is another; for each the kernel prints `!` and goes on behind it.

quantum = 90                    ; steps between two ticks
console = 0xe9
timer   = 0x40
code    = 0x08                  ; selectors
data    = 0x10
user    = 0x1b
udata   = 0x23
task    = 0x28
frame   = 32                    ; what pusha has pushed; EIP is behind it
limit   = 0x7fff                ; of a process's segments

        .org 0x1000
boot:   movr esp, stack0
        lgdt [gdtr]
        lidt [idtr]
        jmpf code, flat
flat:   movr eax, data
        loadseg ds, eax
        loadseg es, eax
        loadseg ss, eax
        movr eax, task
        ltr eax
        movr eax, quantum
        out timer, eax
        movr esp, frame1        ; the second process is as if it had been interrupted
        movr eax, second
        call begin
        movr esp, frame0
        movr eax, first
        call begin
        movr ebx, 0
        mov [current], ebx
        jmp resume

; Leaves a frame to be resumed with at the address in ESP, for a process that begins at the address in EAX.
begin:  pop ebp
        push udata
        push ustack
        push 0x202              ; interrupts enabled, IOPL zero
        push user
        push eax
        pusha
        jmpm ebp

; Interrupts and exceptions. A process's registers lie on its own kernel stack.
tick:   pusha
        movr eax, data
        loadseg ds, eax
        movr eax, quantum
        out timer, eax
        mov ebx, [current]
        mov [ebx+saved], esp
        short xor ebx, 4
        mov [current], ebx
resume: mov esp, [ebx+saved]
        mov eax, [ebx+tops]
        mov [tss+4], eax        ; where the next interrupt finds its stack
back:   movr eax, udata
        loadseg ds, eax
        popa
        iret

print:  outb console, al
        iret

fault:  short add esp, 4        ; the error code
        pusha
        movr eax, data
        loadseg ds, eax
        movr eax, '!'
        outb console, al
        mov ebx, [esp, frame]
        movzxb eax, [ebx]
        acc cmp eax, 0xfa       ; CLI is one byte long, the load five
        je one
        short add ebx, 4
one:    inc ebx
        mov [esp, frame], ebx
        jmp back

; The processes.
first:  movr eax, 'a'
        movr ecx, 20
wait:   loop wait
        int 0x30
        jmp first

second: movr eax, 'b'
        int 0x30
        mova eax, [limit - 2]
        cli
        jmp second

        .align 8
gdt:    .u32 0, 0
        .u32 0x0000ffff, 0x00cf9b00     ; code, all of storage, ring 0
        .u32 0x0000ffff, 0x00cf9300     ; data
        .u32 0x00007fff, 0x0040fb00     ; code of processes, ring 3
        .u32 0x00007fff, 0x0040f300     ; data of processes
        .u32 tss << 16 | 0x67, 0x00008900
gdtr:   .u16 47
        .u32 gdt
idtr:   .u16 8 * 0x31 - 1
        .u32 idt
        .align 8
tss:    .u32 0, stack0, data
        .zero 90
        .u16 0x68                       ; no I/O permissions
current: .u32 0
saved:  .u32 frame0 - 52, frame1 - 52
tops:   .u32 frame0, frame1
        .align 8
idt:    .zero 13 * 8
        .u32 code << 16 | fault & 0xffff, 0x8e00
        .zero 18 * 8
        .u32 code << 16 | tick & 0xffff, 0x8e00
        .zero 15 * 8
        .u32 code << 16 | print & 0xffff, 0xee00
        .zero 256
stack0: .zero 256
frame0: .zero 256
frame1: .zero 256
ustack:
