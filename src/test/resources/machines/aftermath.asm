; Uses all that an `after` of aftermath.isa may look at, in both modes, for ever.

        .org 16
begin:  ldi 0, 1
        ldi 1, 3
        add 0, 1
        st 0, 9
        tab 0
        rds 2
        st 2, 8
        ld 3, 10
        svc
        .org 32
        ld 1, 9
        add 2, 3
        rdt 1
        rds 3
        st 3, 10
        usr
        b begin
