namespace Orleans.Embedded;

/// <summary>Counts the call chains that may re-enter an activation. On the activation's turn only.</summary>
internal interface IReentrantSections
{
    void EnterReentrantSection(Guid reentrancyId);

    void LeaveReentrantSection(Guid reentrancyId);
}
