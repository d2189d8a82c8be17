"""A vasprun.xml as VASP writes it, cut down to what readers look at."""

from __future__ import annotations

from ase import Atoms

HEAD = """<?xml version="1.0" encoding="ISO-8859-1"?>
<modeling>
 <generator><i name="program" type="string">vasp </i><i name="version" type="string">6.3.2  </i></generator>
 <incar><i name="ENCUT">    {cutoff:.8f}</i><i type="int" name="NSW">    {nsw}</i>{incar}</incar>
 <kpoints>
  <generation param="{kpoints}"><v type="int" name="divisions">       {divisions} </v></generation>
  <varray name="kpointlist"><v>       0.00000000       0.00000000       0.00000000 </v></varray>
  <varray name="weights"><v>       1.00000000 </v></varray>
 </kpoints>
 <parameters>
  <separator name="electronic">
   <i name="NELECT">    {nelect:.8f}</i><i name="ENMAX">    {cutoff:.8f}</i>
   <separator name="electronic convergence"><i type="int" name="NELM">    {nelm}</i></separator>
  </separator>
  <separator name="electronic exchange-correlation"><i type="string" name="GGA">    {gga}</i></separator>
  {parameters}
  <separator name="ionic">
   <i type="int" name="NSW">    {nsw}</i><i type="int" name="IBRION">    {ibrion}</i>
   <i name="PSTRESS">    {pstress:.8f}</i>
  </separator>
  <separator name="exchange correlation">
   <i type="logical" name="LDAU"> {ldau}  </i><i type="logical" name="LHFCALC"> F  </i>
   <i name="AEXX">      0.00000000</i><i name="HFSCREEN">      0.00000000</i>
  </separator>
 </parameters>
"""


def vasprun(
    atoms: Atoms,
    energy_ev: float,
    *,
    potentials: dict[str, str] | None = None,
    gga: str = "PE",
    ldau: bool = False,
    cutoff_ev: float = 520.0,
    ionic_steps: int = 3,
    nsw: int = 99,
    electronic_steps: int = 5,
    nelm: int = 60,
    ibrion: int = 2,
    pstress_kbar: float = 0.0,
    electrons: float | None = None,
    kpoints: str = "Gamma",
    divisions: str = "2        2        2",
    incar: str = "",
    parameters: str = "",
    entropy_ev: float = 0.02,
    force_ev_per_angstrom: float = 0.0,
) -> str:
    """Return the text of a vasprun.xml.

    Parameters
    ----------
    atoms
        Final structure; the start has a cell 2 % longer.
    energy_ev
        Final energy extrapolated to zero smearing (e_0_energy). Earlier steps lie above it, and so does the energy
        without entropy; the free energy lies below.
    potentials
        Titles of the potentials, by element. Every atom has four valence electrons.
    electrons
        Electrons of the cell; None for the neutral one.
    incar, parameters
        More tags as XML, in the INCAR and among the values used. Of a tag that stands twice the first counts.
    entropy_ev
        Entropy of the electrons times temperature.
    """
    symbols = list(dict.fromkeys(atoms.get_chemical_symbols()))
    titles = {symbol: f"PAW_PBE {symbol} 06Sep2000" for symbol in symbols} | (potentials or {})
    order = [index for symbol in symbols for index, s in enumerate(atoms.get_chemical_symbols()) if s == symbol]
    atoms = atoms[order]
    start = atoms.copy()
    start.set_cell(atoms.cell * 1.02, scale_atoms=True)
    text = HEAD.format(
        incar=incar,
        parameters=parameters,
        kpoints=kpoints,
        divisions=divisions,
        nelect=4.0 * len(atoms) if electrons is None else electrons,
        cutoff=cutoff_ev,
        nsw=nsw,
        nelm=nelm,
        gga=gga,
        ibrion=ibrion,
        pstress=pstress_kbar,
        ldau="T" if ldau else "F",
    )
    text += _atominfo(atoms, symbols, titles) + _structure(start, "initialpos")
    for step in range(ionic_steps):
        above = 0.1 * (ionic_steps - 1 - step)
        text += " <calculation>\n"
        for electronic in range(electronic_steps):
            higher = above + 0.5 * (electronic_steps - 1 - electronic)
            text += f"  <scstep>{_energies(energy_ev + higher, entropy_ev)}</scstep>\n"
        text += _structure(atoms if step == ionic_steps - 1 else start, "")
        text += (
            '  <varray name="forces">\n'
            + f"   <v>  0.0  0.0  {force_ev_per_angstrom} </v>\n" * len(atoms)
            + "  </varray>\n"
        )
        text += f"  {_energies(energy_ev + above, entropy_ev)}\n </calculation>\n"
    return text + _structure(atoms, "finalpos") + "</modeling>\n"


def _energies(e_0_ev: float, entropy_ev: float) -> str:
    half = entropy_ev / 2.0
    return (
        f'<energy><i name="e_fr_energy">  {e_0_ev - half:.8f} </i><i name="e_wo_entrp">  {e_0_ev + half:.8f} </i>'
        f'<i name="e_0_energy">  {e_0_ev:.8f} </i></energy>'
    )


def _structure(atoms: Atoms, name: str) -> str:
    rows = "".join("    <v>" + "".join(f"  {x:.8f}" for x in row) + " </v>\n" for row in atoms.cell)
    positions = "".join(
        "   <v>" + "".join(f"  {x:.8f}" for x in row) + " </v>\n" for row in atoms.get_scaled_positions()
    )
    named = f' name="{name}"' if name else ""
    return (
        f' <structure{named}>\n  <crystal>\n   <varray name="basis">\n{rows}   </varray>\n'
        f'   <i name="volume">  {atoms.get_volume():.8f} </i>\n   <varray name="rec_basis">\n{rows}   </varray>\n'
        f'  </crystal>\n  <varray name="positions">\n{positions}  </varray>\n </structure>\n'
    )


def _atominfo(atoms: Atoms, symbols: list[str], titles: dict[str, str]) -> str:
    of_atoms = "".join(
        f"    <rc><c>{symbol:2}</c><c>   {symbols.index(symbol) + 1}</c></rc>\n"
        for symbol in atoms.get_chemical_symbols()
    )
    of_types = "".join(
        f"    <rc><c>  {atoms.get_chemical_symbols().count(symbol)}</c><c>{symbol:2}</c><c>     28.00000000</c>"
        f"<c>      4.00000000</c><c>  {titles[symbol]}                  </c></rc>\n"
        for symbol in symbols
    )
    return (
        f" <atominfo>\n  <atoms>       {len(atoms)} </atoms>\n  <types>       {len(symbols)} </types>\n"
        '  <array name="atoms"><dimension dim="1">ion</dimension>\n'
        '   <field type="string">element</field><field type="int">atomtype</field>\n'
        f"   <set>\n{of_atoms}   </set>\n  </array>\n"
        '  <array name="atomtypes"><dimension dim="1">type</dimension>\n'
        '   <field type="int">atomspertype</field><field type="string">element</field><field>mass</field>'
        '<field>valence</field><field type="string">pseudopotential</field>\n'
        f"   <set>\n{of_types}   </set>\n  </array>\n </atominfo>\n"
    )
