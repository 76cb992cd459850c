using Verify.Algorithms.Engine;

namespace Verify.Evidence;

/// <summary>Devices that the command line can run trials on; a program that has one hands it to the command line.</summary>
public interface IEngine
{
    /// <summary>The devices found here: the names that <c>--device</c> takes, and a line about each.</summary>
    IReadOnlyList<(string Name, string Description)> Devices { get; }

    /// <summary>Opens a device that gives the same bits as the scalar engine.</summary>
    /// <param name="name">One of <see cref="Devices"/>.</param>
    /// <exception cref="InputException">The device fails its self-test, or cannot be opened.</exception>
    IBatchDevice Open(string name);
}
